// The constraints and indexes of a Zhenxing graph, made from ontology/ by docs/build/cypher.py.
// Each statement may run again: what is there already stays.
CREATE CONSTRAINT zhenxing_iri IF NOT EXISTS FOR (n:Zhenxing) REQUIRE n.iri IS UNIQUE;
CREATE RANGE INDEX zhenxing_bulletin IF NOT EXISTS FOR (n:Zhenxing) ON (n.bulletin);
CREATE RANGE INDEX zhenxing_bulletin_document_number IF NOT EXISTS FOR (n:Bulletin) ON (n.documentNumber);
CREATE RANGE INDEX zhenxing_bulletin_issued IF NOT EXISTS FOR (n:Bulletin) ON (n.issued);
CREATE RANGE INDEX zhenxing_concept_code IF NOT EXISTS FOR (n:Concept) ON (n.code);
CREATE RANGE INDEX zhenxing_document_kind_code IF NOT EXISTS FOR (n:DocumentKind) ON (n.code);
CREATE RANGE INDEX zhenxing_instrument_code IF NOT EXISTS FOR (n:Instrument) ON (n.code);
CREATE RANGE INDEX zhenxing_measure_confidence IF NOT EXISTS FOR (n:Measure) ON (n.confidence);
CREATE RANGE INDEX zhenxing_measure_first_month IF NOT EXISTS FOR (n:Measure) ON (n.firstMonth);
CREATE RANGE INDEX zhenxing_measure_last_month IF NOT EXISTS FOR (n:Measure) ON (n.lastMonth);
CREATE RANGE INDEX zhenxing_measure_status IF NOT EXISTS FOR (n:Measure) ON (n.status);
CREATE RANGE INDEX zhenxing_metric_code IF NOT EXISTS FOR (n:Metric) ON (n.code);
CREATE RANGE INDEX zhenxing_observation_confidence IF NOT EXISTS FOR (n:Observation) ON (n.confidence);
CREATE RANGE INDEX zhenxing_observation_first_month IF NOT EXISTS FOR (n:Observation) ON (n.firstMonth);
CREATE RANGE INDEX zhenxing_observation_last_month IF NOT EXISTS FOR (n:Observation) ON (n.lastMonth);
CREATE RANGE INDEX zhenxing_observation_statistic IF NOT EXISTS FOR (n:Observation) ON (n.statistic);
CREATE RANGE INDEX zhenxing_place_code IF NOT EXISTS FOR (n:Place) ON (n.code);
CREATE RANGE INDEX zhenxing_policy_document_document_number IF NOT EXISTS FOR (n:PolicyDocument) ON (n.documentNumber);
CREATE RANGE INDEX zhenxing_program_kind_code IF NOT EXISTS FOR (n:ProgramKind) ON (n.code);
CREATE RANGE INDEX zhenxing_target_group_code IF NOT EXISTS FOR (n:TargetGroup) ON (n.code);
CREATE RANGE INDEX zhenxing_unit_code IF NOT EXISTS FOR (n:Unit) ON (n.code);
CREATE FULLTEXT INDEX zhenxing_text IF NOT EXISTS FOR (n:Agency|Bulletin|Concept|DocumentKind|Instrument|Measure|Metric|Observation|Place|PlaceGroup|PolicyDocument|Program|ProgramKind|Section|TargetGroup|Unit) ON EACH [n.name, n.quote] OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}};
