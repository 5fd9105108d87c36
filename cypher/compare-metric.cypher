//+ title: {zh: 各地同一指标的数值, en: A metric in each place}
//+ description:
//+   zh: 同一指标在各地的数值，每行一个观测值，统计类型从不混在一行；默认只取总量和占比。旁边给出该地读过的公报数。
//+   en: The figures of one metric in each place, an observation a row, so that statistics are never mixed; levels and shares unless asked otherwise. Beside them how many bulletins of the place were read.
//+ parameters:
//+   wanted: {filter: metric, required: true}
//+   inside: {filter: place}
//+   exact: {filter: exact-place}
//+   from: {filter: period, part: first}
//+   until: {filter: period, part: last}
//+   statistic_wanted: {filter: statistic, default: [level, share]}
//+   instrument: {filter: instrument}
//+   target: {filter: target}
//+   status: {filter: status}
//+   least: {filter: min-confidence}
//+ columns:
//+   place: {type: place, zh: 地区, en: place}
//+   period: {type: period, zh: 时期, en: period}
//+   metric: {type: concept, zh: 指标, en: metric}
//+   statistic: {type: text, zh: 统计类型, en: statistic}
//+   value: {type: decimal, zh: 数值, en: value}
//+   unit: {type: concept, zh: 单位, en: unit}
//+   qualifier: {type: text, zh: 限定, en: qualifier}
//+   confidence: {type: decimal, zh: 置信度, en: confidence}
//+   bulletins_read: {type: integer, zh: 已读公报数, en: bulletins read}
//+   bulletin: {type: bulletin, zh: 公报, en: bulletin}
//+   quote: {type: text, zh: 原文, en: quote}
//+ order: [metric, statistic, unit, place, period]
//+ chart: bar
MATCH (sought:Zhenxing)<-[:BROADER*0..]-()<-[:MATCHED_CONCEPT]-(observation) WHERE sought.iri IN $wanted
WITH DISTINCT observation
MATCH (observation)-[:METRIC]->(metric), (observation)-[:IN_UNIT]->(unit), (observation)-[:PLACE]->(place),
  (observation)-[:IN_BULLETIN]->(bulletin)
WHERE observation.number IS NOT NULL  // its quote is the sentence around the number
//:if statistic
  AND observation.statistic IN $statistic_wanted
//:end
//:if place
  AND EXISTS { (observation)-[:PLACE]->()-[:BROADER*0..]->(around:Zhenxing) WHERE around.iri IN $inside }
//:end
//:if exact-place
  AND EXISTS { (observation)-[:PLACE]->(at:Zhenxing) WHERE at.iri IN $exact }
//:end
//:if period-inside
  AND observation.firstMonth >= $from AND observation.lastMonth <= $until
//:end
//:if period-overlapping
  AND observation.firstMonth <= $until AND observation.lastMonth >= $from
//:end
//:if instrument
  AND EXISTS {
    MATCH (observation)<-[:HAS_RESULT]-()-[label:APPLIES_INSTRUMENT]->()<-[:BROADER*0..]-(applied)
    WHERE applied.iri IN label.concepts
    MATCH (applied)-[:BROADER*0..]->(around:Zhenxing) WHERE around.iri IN $instrument
  }
//:end
//:if target
  AND EXISTS {
    MATCH (observation)<-[:HAS_RESULT]-()-[label:FOR_TARGET]->()<-[:BROADER*0..]-(group)
    WHERE group.iri IN label.concepts
    MATCH (group)-[:BROADER*0..]->(around:Zhenxing) WHERE around.iri IN $target
  }
//:end
//:if status
  AND EXISTS { (observation)<-[:HAS_RESULT|SETS_STANDARD]-(measure) WHERE measure.status IN $status }
//:end
//:if min-confidence
  AND observation.confidence >= $least
//:end
WITH place, collect({observation: observation, metric: metric, unit: unit, bulletin: bulletin}) AS figures
WITH place, figures,
  COUNT { MATCH (place)<-[:PLACE]-()-[:IN_BULLETIN]->(read) RETURN DISTINCT read } AS bulletins_read
UNWIND figures AS figure
WITH *, figure.observation AS observation
RETURN place, observation.period AS period, figure.metric AS metric, observation.statistic AS statistic,
  observation.value AS value, figure.unit AS unit, observation.qualifier AS qualifier,
  observation.confidence AS confidence, bulletins_read, figure.bulletin AS bulletin, observation.quote AS quote
