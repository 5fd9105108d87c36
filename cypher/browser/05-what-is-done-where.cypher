// 05 某地有哪些举措，用了什么工具 · What a place does, and by which instruments
// Write another place into the first line; what lies inside it counts too.
MATCH (wanted:Place) WHERE wanted.name = '陕西省'
MATCH (wanted)<-[:BROADER*0..]-(place:Place)<-[:PLACE]-(m:Measure)
MATCH used = (place)<-[:PLACE]-(m)-[:APPLIES_INSTRUMENT]->(:Instrument)
RETURN used
LIMIT 100
