// 06 举措面向谁 · Whom the measures are for
// The groups of people, bodies and areas that measures say they are for, and the instruments used for them.
MATCH (t:TargetGroup)<-[:FOR_TARGET]-(m:Measure)-[:APPLIES_INSTRUMENT]->(i:Instrument)
RETURN t.name AS group, i.name AS instrument, count(DISTINCT m) AS measures
ORDER BY measures DESC, group, instrument
LIMIT 50
