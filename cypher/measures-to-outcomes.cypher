//+ title: {zh: 举措与结果, en: Measures and their outcomes}
//+ description:
//+   zh: 每一行是一项举措与文中为其给出的一个结果，附原文。默认只取结果类指标，不含标准和目标；--all-links 给出全部关系。
//+   en: A row is a measure and one result that the text gives for it, with the words. Only metrics that are outcomes, without standards and targets; --all-links gives every link.
//+ parameters:
//+   inside: {filter: place}
//+   exact: {filter: exact-place}
//+   from: {filter: period, part: first}
//+   until: {filter: period, part: last}
//+   instrument: {filter: instrument}
//+   target: {filter: target}
//+   wanted: {filter: metric}
//+   statistic: {filter: statistic}
//+   status: {filter: status}
//+   least: {filter: min-confidence}
//+ columns:
//+   bulletin: {type: bulletin, zh: 公报, en: bulletin}
//+   measure: {type: iri, zh: 举措, en: measure}
//+   places: {type: places, zh: 地区, en: places}
//+   metric: {type: concept, zh: 指标, en: metric}
//+   value: {type: decimal, unit: of-row, zh: 数值, en: value}
//+   unit: {type: concept, zh: 单位, en: unit}
//+   statistic: {type: text, zh: 统计类型, en: statistic}
//+   qualifier: {type: text, zh: 限定, en: qualifier}
//+   period: {type: period, zh: 时期, en: period}
//+   confidence: {type: decimal, zh: 置信度, en: confidence}
//+   quote: {type: text, zh: 原文, en: quote}
//+ order: [bulletin, measure]
//+ chart: table
//:if instrument
MATCH (wanted:Zhenxing)<-[:BROADER*0..]-(narrower) WHERE wanted.iri IN $instrument
MATCH (narrower)-[:BROADER*0..]->()<-[label:APPLIES_INSTRUMENT]-(measure) WHERE narrower.iri IN label.concepts
WITH DISTINCT measure
//:end
//:if target
MATCH (wanted:Zhenxing)<-[:BROADER*0..]-(narrower) WHERE wanted.iri IN $target
MATCH (narrower)-[:BROADER*0..]->()<-[label:FOR_TARGET]-(measure) WHERE narrower.iri IN label.concepts
WITH DISTINCT measure
//:end
//:if place
MATCH (around:Zhenxing)<-[:BROADER*0..]-()<-[:ACTS_IN]-(measure) WHERE around.iri IN $inside
WITH DISTINCT measure
//:end
//:if exact-place
MATCH (at:Zhenxing)<-[:ACTS_IN]-(measure) WHERE at.iri IN $exact
WITH DISTINCT measure
//:end
//:if metric
MATCH (sought:Zhenxing)<-[:BROADER*0..]-()<-[:MATCHED_CONCEPT]-(observation)<-[:HAS_RESULT]-(measure)
WHERE sought.iri IN $wanted
WITH DISTINCT measure, observation
//:end
MATCH (measure)-[link:HAS_RESULT]->(observation)-[:METRIC]->(metric), (observation)-[:IN_UNIT]->(unit),
  (measure)-[:IN_BULLETIN]->(bulletin)
WHERE observation.value IS NOT NULL
//:if !all-links
  AND metric.outcome AND NOT observation.statistic IN ['standard', 'target']
//:end
//:if period-inside
  AND observation:Observation AND observation.firstMonth >= $from AND observation.lastMonth <= $until
//:end
//:if period-overlapping
  AND observation:Observation AND observation.firstMonth <= $until AND observation.lastMonth >= $from
//:end
//:if statistic
  AND observation:Observation AND observation.statistic IN $statistic
//:end
//:if status
  AND measure:Measure AND measure.status IN $status
//:end
//:if min-confidence
  AND link.confidence >= $least
//:end
RETURN bulletin, measure, COLLECT { MATCH (measure)-[:ACTS_IN]->(place) RETURN place ORDER BY place.code } AS places, metric,
  observation.value AS value, unit, observation.statistic AS statistic, observation.qualifier AS qualifier,
  observation.period AS period, link.confidence AS confidence,
  reduce(first = link.quote, words IN link.evidenceQuotes | CASE WHEN words < first THEN words ELSE first END) AS quote
