// 09 同一指标，各地多少 · One figure in all places
// Levels only: a level, a change and a share are different things and never stand in one column.
MATCH (metric:Metric {code: 'workshops-count'})<-[:METRIC]-(o:Observation {statistic: 'level'})-[:PLACE]->(place:Place)
MATCH (o)-[:IN_UNIT]->(unit:Unit)
RETURN place.name AS place, o.period AS period, metric.name AS metric, o.value AS value, unit.name AS unit,
  o.confidence AS confidence, o.quote AS sentence
ORDER BY place, period, value DESC
