//+ title: {zh: 证据, en: Evidence}
//+ description:
//+   zh: 图谱中每一陈述的原文：谁说、依据哪条规则、在文中何处、置信度多少。--of 给出公报、举措或观测值的名称。
//+   en: The words behind each statement of the graph. Who says so, by which rule, where in the text, and how sure it is; --of names a bulletin, a measure or an observation.
//+ parameters:
//+   thing: {filter: of}
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
//+   subject: {type: iri, zh: 主语, en: subject}
//+   predicate: {type: text, zh: 谓语, en: predicate}
//+   object: {type: concept, zh: 宾语, en: object}
//+   confidence: {type: decimal, zh: 置信度, en: confidence}
//+   rule: {type: text, zh: 规则, en: rule}
//+   start: {type: integer, zh: 起, en: start}
//+   end: {type: integer, zh: 止, en: end}
//+   anchor: {type: text, zh: 原件位置, en: in the original}
//+   quote: {type: text, zh: 原文, en: quote}
//+   source: {type: text, zh: 原件, en: original}
//+ order: [bulletin, start, end, subject, predicate]
//+ chart: table
//:if of
MATCH (thing:Zhenxing) WHERE thing.iri IN $thing
CALL (thing) {
  MATCH (thing)-[link]-() RETURN link
  UNION
  MATCH (thing)<-[:IN_BULLETIN]-()-[link]->() RETURN link
}
WITH DISTINCT startNode(link) AS subject, link, endNode(link) AS object
//:end
//:if instrument
MATCH (wanted:Zhenxing)<-[:BROADER*0..]-(narrower) WHERE wanted.iri IN $instrument
MATCH (narrower)-[:BROADER*0..]->(object)<-[link:APPLIES_INSTRUMENT]-(subject) WHERE narrower.iri IN link.concepts
WITH DISTINCT subject, link, object
//:end
//:if target
MATCH (wanted:Zhenxing)<-[:BROADER*0..]-(narrower) WHERE wanted.iri IN $target
MATCH (narrower)-[:BROADER*0..]->(object)<-[link:FOR_TARGET]-(subject) WHERE narrower.iri IN link.concepts
WITH DISTINCT subject, link, object
//:end
//:if metric
MATCH (sought:Zhenxing)<-[:BROADER*0..]-()<-[:MATCHED_CONCEPT]-(figure) WHERE sought.iri IN $wanted
MATCH (figure)-[link]-() WHERE figure = endNode(link) OR link:METRIC
WITH DISTINCT startNode(link) AS subject, link, endNode(link) AS object
//:end
//:if statistic
MATCH (figure:Observation)-[link]-() WHERE figure.statistic IN $statistic AND (figure = endNode(link) OR link:METRIC)
WITH DISTINCT startNode(link) AS subject, link, endNode(link) AS object
//:end
//:if place
MATCH (around:Zhenxing)<-[:BROADER*0..]-()<-[:ACTS_IN|PLACE]-(subject) WHERE around.iri IN $inside
MATCH (subject)-[link]->(object)
WITH DISTINCT subject, link, object
//:end
//:if exact-place
MATCH (at:Zhenxing)<-[:ACTS_IN|PLACE]-(subject) WHERE at.iri IN $exact
MATCH (subject)-[link]->(object)
WITH DISTINCT subject, link, object
//:end
MATCH (subject)-[link]->(object)
WHERE (link.evidenceRules IS NOT NULL OR link:METRIC OR link:IN_SECTION AND subject:Measure)
//:if period-inside
  AND subject:Measure|Observation AND subject.firstMonth >= $from AND subject.lastMonth <= $until
//:end
//:if period-overlapping
  AND subject:Measure|Observation AND subject.firstMonth <= $until AND subject.lastMonth >= $from
//:end
//:if status
  AND subject:Measure AND subject.status IN $status
//:end
WITH subject, link, object, CASE WHEN link.evidenceRules IS NULL THEN subject ELSE link END AS ground
//:if min-confidence
WHERE ground.confidence >= $least
//:end
MATCH (subject)-[:IN_BULLETIN*0..1]->(bulletin:Bulletin)
UNWIND range(0, size(ground.evidenceRules) - 1) AS at
RETURN bulletin, subject, reduce(name = '', word IN split(toLower(type(link)), '_') |
    name + CASE name WHEN '' THEN word ELSE toUpper(left(word, 1)) + substring(word, 1) END) AS predicate,
  object, ground.confidence AS confidence, ground.evidenceRules[at] AS rule, ground.evidenceStarts[at] AS start,
  ground.evidenceEnds[at] AS end, nullIf(ground.evidenceAnchors[at], '') AS anchor, ground.evidenceQuotes[at] AS quote,
  bulletin.address AS source
