//+ title: {zh: 各地运用的政策工具, en: Instruments by place}
//+ description:
//+   zh: 各地举措运用了哪些政策工具：举措数、公报数，及两种工具分类；旁边给出该地读过的公报数，没有读到不等于没有。
//+   en: Which instruments the measures of each place apply. Numbers of measures and bulletins, both typologies, and beside them how many bulletins of the place were read, for what was not read is not zero.
//+ parameters:
//+   inside: {filter: place}
//+   exact: {filter: exact-place}
//+   from: {filter: period, part: first}
//+   until: {filter: period, part: last}
//+   instrument_wanted: {filter: instrument}
//+   target: {filter: target}
//+   status: {filter: status}
//+   least: {filter: min-confidence}
//+ columns:
//+   province: {type: place, zh: 省级地区, en: province}
//+   place: {type: place, zh: 地区, en: place}
//+   instrument: {type: concept, zh: 政策工具, en: instrument}
//+   hood: {type: concept, zh: 胡德类型, en: Hood's type}
//+   rothwell: {type: concept, zh: 罗斯韦尔类型, en: Rothwell's type}
//+   measures: {type: integer, zh: 举措数, en: measures}
//+   bulletins: {type: integer, zh: 公报数, en: bulletins}
//+   bulletins_read: {type: integer, zh: 已读公报数, en: bulletins read}
//+   confidence: {type: decimal, zh: 平均置信度, en: mean confidence}
//+ order: [province, place, -measures]
//+ chart: heatmap
//:if place
MATCH (around:Zhenxing)<-[:BROADER*0..]-(place) WHERE around.iri IN $inside
WITH DISTINCT place
//:end
//:if exact-place
MATCH (place:Zhenxing) WHERE place.iri IN $exact
//:end
//:if target
MATCH (wanted:Zhenxing)<-[:BROADER*0..]-(group) WHERE wanted.iri IN $target
MATCH (group)-[:BROADER*0..]->()<-[aim:FOR_TARGET]-(measure)-[:ACTS_IN]->(place) WHERE group.iri IN aim.concepts
WITH DISTINCT place, measure
//:end
//:if instrument
MATCH (wanted:Zhenxing)<-[:BROADER*0..]-(narrower) WHERE wanted.iri IN $instrument_wanted
MATCH (narrower)-[:BROADER*0..]->(instrument)<-[link:APPLIES_INSTRUMENT]-(measure)-[:ACTS_IN]->(place)
WHERE narrower.iri IN link.concepts
WITH DISTINCT place, measure, link, instrument
//:end
MATCH (place)<-[:ACTS_IN]-(measure)-[link:APPLIES_INSTRUMENT]->(instrument), (measure)-[:IN_BULLETIN]->(bulletin)
WHERE link.confidence IS NOT NULL
//:if period-inside
  AND measure:Measure AND measure.firstMonth >= $from AND measure.lastMonth <= $until
//:end
//:if period-overlapping
  AND measure:Measure AND measure.firstMonth <= $until AND measure.lastMonth >= $from
//:end
//:if status
  AND measure:Measure AND measure.status IN $status
//:end
//:if min-confidence
  AND link.confidence >= $least
//:end
WITH place, instrument, count(DISTINCT measure) AS measures, count(DISTINCT bulletin) AS bulletins,
  round(round(avg(link.confidence), 9), 3) AS confidence
WITH place, collect({instrument: instrument, measures: measures, bulletins: bulletins, confidence: confidence}) AS found
WITH place, found,
  COUNT { MATCH (place)<-[:PLACE|ACTS_IN]-()-[:IN_BULLETIN]->(read) RETURN DISTINCT read } AS bulletins_read
OPTIONAL MATCH (place)-[:BROADER*0..]->(province {level: 'province'})
UNWIND found AS one
WITH *, one.instrument AS instrument
RETURN province, place, instrument,
  COLLECT { MATCH (instrument)-[:HOOD]->(type) RETURN type ORDER BY type.iri }[0] AS hood,
  COLLECT { MATCH (instrument)-[:ROTHWELL]->(type) RETURN type ORDER BY type.iri }[0] AS rothwell,
  one.measures AS measures, one.bulletins AS bulletins, bulletins_read, one.confidence AS confidence
