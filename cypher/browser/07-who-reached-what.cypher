// 07 哪些举措面向谁，取得了什么结果 · Which measures for whom reached what
// A measure in the middle, its instruments, its target groups, and the numbers it reached with what they count.
// Click a relationship: its quote, confidence and rule stand on the right.
MATCH (wanted:Place) WHERE wanted.name = '平利县'
MATCH (wanted)<-[:BROADER*0..]-(place:Place)<-[:PLACE]-(m:Measure)
MATCH reached = (m)-[:HAS_RESULT]->(:Observation)-[:METRIC]->(:Metric)
OPTIONAL MATCH whom = (m)-[:FOR_TARGET]->(:TargetGroup)
OPTIONAL MATCH how = (m)-[:APPLIES_INSTRUMENT]->(:Instrument)
OPTIONAL MATCH place_of = (m)-[:PLACE]->(:Place)
RETURN reached, whom, how, place_of
LIMIT 300
