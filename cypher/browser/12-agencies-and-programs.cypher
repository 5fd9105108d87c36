// 12 牵头单位与项目品牌 · Who leads, and which programs are run
// Programs are things with names of their own: campaigns, brands, platforms.
MATCH run = (m:Measure)-[:RUNS_PROGRAM]->(:Program)
OPTIONAL MATCH led = (m)-[:LED_BY|JOINT_WITH|SUPPORTED_BY]->(:Agency)
RETURN run, led
LIMIT 100
