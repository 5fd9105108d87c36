// 08 在哪一句 · In which sentence
// The same as a table: for whom, by what, how much, from when to when, and the sentence that says so.
// Only outcomes: metrics that tell a result for people or places. How sure: the link's confidence, from 0 to 1.
MATCH (wanted:Place) WHERE wanted.name = '陕西省'
MATCH (wanted)<-[:BROADER*0..]-(place:Place)<-[:PLACE]-(m:Measure)
MATCH (m)-[link:HAS_RESULT]->(o:Observation)-[:METRIC]->(metric:Metric {outcome: true})
MATCH (m)-[:IN_BULLETIN]->(b:Bulletin)
MATCH (o)-[:IN_UNIT]->(unit:Unit)
RETURN place.name AS place,
  [(m)-[:FOR_TARGET]->(t:TargetGroup) | t.name] AS for_whom,
  [(m)-[:APPLIES_INSTRUMENT]->(i:Instrument) | i.name] AS instruments,
  metric.name AS metric, o.value AS value, unit.name AS unit, o.statistic AS statistic,
  o.firstDay AS from, o.lastDay AS until, link.confidence AS confidence, o.quote AS sentence, b.name AS bulletin
ORDER BY place, metric, value DESC
LIMIT 200
