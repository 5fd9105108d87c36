//+ title: {zh: 政策工具的结果, en: Outcomes of an instrument}
//+ description:
//+   zh: 运用某种政策工具（含下位工具）的举措有哪些结果：按指标、统计类型和单位汇总，给出举措数、观测数和数值范围；不同统计类型从不混在一行。
//+   en: What came of the measures that apply an instrument (or a narrower one). One row for each metric, statistic and unit, with the number of measures and figures and the range of values; statistics are never mixed.
//+ parameters:
//+   instrument: {filter: instrument, required: true}
//+   inside: {filter: place}
//+   exact: {filter: exact-place}
//+   from: {filter: period, part: first}
//+   until: {filter: period, part: last}
//+   target: {filter: target}
//+   wanted: {filter: metric}
//+   statistic: {filter: statistic}
//+   status: {filter: status}
//+   least: {filter: min-confidence}
//+ columns:
//+   metric: {type: concept, zh: 指标, en: metric}
//+   statistic: {type: text, zh: 统计类型, en: statistic}
//+   unit: {type: concept, zh: 单位, en: unit}
//+   measures: {type: integer, zh: 举措数, en: measures}
//+   observations: {type: integer, zh: 观测数, en: observations}
//+   bulletins: {type: integer, zh: 公报数, en: bulletins}
//+   lowest: {type: decimal, zh: 最低, en: lowest}
//+   highest: {type: decimal, zh: 最高, en: highest}
//+   confidence: {type: decimal, zh: 平均置信度, en: mean confidence}
//+ order: [-measures, -observations]
//+ chart: bar
MATCH (wanted:Zhenxing)<-[:BROADER*0..]-(narrower) WHERE wanted.iri IN $instrument
MATCH (narrower)-[:BROADER*0..]->()<-[label:APPLIES_INSTRUMENT]-(measure) WHERE narrower.iri IN label.concepts
WITH DISTINCT measure
MATCH (measure)-[link:HAS_RESULT]->(observation)-[:METRIC]->(metric), (observation)-[:IN_UNIT]->(unit),
  (measure)-[:IN_BULLETIN]->(bulletin)
WHERE observation.value IS NOT NULL
//:if !all-links
  AND metric.outcome AND NOT observation.statistic IN ['standard', 'target']
//:end
//:if place
  AND EXISTS { (measure)-[:ACTS_IN]->()-[:BROADER*0..]->(around:Zhenxing) WHERE around.iri IN $inside }
//:end
//:if exact-place
  AND EXISTS { (measure)-[:ACTS_IN]->(at:Zhenxing) WHERE at.iri IN $exact }
//:end
//:if period-inside
  AND observation.firstMonth >= $from AND observation.lastMonth <= $until
//:end
//:if period-overlapping
  AND observation.firstMonth <= $until AND observation.lastMonth >= $from
//:end
//:if target
  AND EXISTS {
    MATCH (measure)-[aim:FOR_TARGET]->()<-[:BROADER*0..]-(group) WHERE group.iri IN aim.concepts
    MATCH (group)-[:BROADER*0..]->(around:Zhenxing) WHERE around.iri IN $target
  }
//:end
//:if metric
  AND EXISTS { (observation)-[:MATCHED_CONCEPT]->()-[:BROADER*0..]->(sought:Zhenxing) WHERE sought.iri IN $wanted }
//:end
//:if statistic
  AND observation.statistic IN $statistic
//:end
//:if status
  AND measure.status IN $status
//:end
//:if min-confidence
  AND link.confidence >= $least
//:end
RETURN metric, observation.statistic AS statistic, unit, count(DISTINCT measure) AS measures,
  count(DISTINCT observation) AS observations, count(DISTINCT bulletin) AS bulletins, min(observation.value) AS lowest,
  max(observation.value) AS highest, round(round(avg(link.confidence), 9), 3) AS confidence
