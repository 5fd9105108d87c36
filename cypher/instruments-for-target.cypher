//+ title: {zh: 面向目标群体的政策工具, en: Instruments for a target group}
//+ description:
//+   zh: 面向某一目标群体的举措运用了哪些政策工具：举措数、公报数、地区数和平均置信度。
//+   en: Which instruments are applied by the measures that are for a target group. Numbers of measures, bulletins and places, and the mean confidence.
//+ parameters:
//+   target: {filter: target, required: true}
//+   inside: {filter: place}
//+   exact: {filter: exact-place}
//+   from: {filter: period, part: first}
//+   until: {filter: period, part: last}
//+   instrument_wanted: {filter: instrument}
//+   status: {filter: status}
//+   least: {filter: min-confidence}
//+ columns:
//+   instrument: {type: concept, zh: 政策工具, en: instrument}
//+   hood: {type: concept, zh: 胡德类型, en: Hood's type}
//+   rothwell: {type: concept, zh: 罗斯韦尔类型, en: Rothwell's type}
//+   measures: {type: integer, zh: 举措数, en: measures}
//+   bulletins: {type: integer, zh: 公报数, en: bulletins}
//+   places: {type: integer, zh: 地区数, en: places}
//+   confidence: {type: decimal, zh: 平均置信度, en: mean confidence}
//+ order: [-measures, -bulletins]
//+ chart: bar
MATCH (wanted:Zhenxing)<-[:BROADER*0..]-(group) WHERE wanted.iri IN $target
MATCH (group)-[:BROADER*0..]->()<-[aim:FOR_TARGET]-(measure) WHERE group.iri IN aim.concepts
WITH DISTINCT measure
MATCH (measure)-[link:APPLIES_INSTRUMENT]->(instrument), (measure)-[:IN_BULLETIN]->(bulletin)
WHERE link.confidence IS NOT NULL
//:if place
  AND EXISTS { (measure)-[:ACTS_IN]->()-[:BROADER*0..]->(around:Zhenxing) WHERE around.iri IN $inside }
//:end
//:if exact-place
  AND EXISTS { (measure)-[:ACTS_IN]->(at:Zhenxing) WHERE at.iri IN $exact }
//:end
//:if period-inside
  AND measure.firstMonth >= $from AND measure.lastMonth <= $until
//:end
//:if period-overlapping
  AND measure.firstMonth <= $until AND measure.lastMonth >= $from
//:end
//:if instrument
  AND EXISTS {
    MATCH (instrument)<-[:BROADER*0..]-(narrower) WHERE narrower.iri IN link.concepts
    MATCH (narrower)-[:BROADER*0..]->(around:Zhenxing) WHERE around.iri IN $instrument_wanted
  }
//:end
//:if status
  AND measure.status IN $status
//:end
//:if min-confidence
  AND link.confidence >= $least
//:end
OPTIONAL MATCH (measure)-[:PLACE]->(place)
WITH instrument, count(DISTINCT measure) AS measures, count(DISTINCT bulletin) AS bulletins,
  count(DISTINCT place) AS places, round(round(avg(link.confidence), 9), 3) AS confidence
RETURN instrument, COLLECT { MATCH (instrument)-[:HOOD]->(type) RETURN type ORDER BY type.iri }[0] AS hood,
  COLLECT { MATCH (instrument)-[:ROTHWELL]->(type) RETURN type ORDER BY type.iri }[0] AS rothwell,
  measures, bulletins, places, confidence
