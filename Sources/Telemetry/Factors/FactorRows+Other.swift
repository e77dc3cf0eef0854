extension FactorRows {
    /// Noise, treatment processes, device information, electricity and production conditions.
    static let other = """
        LA||A权声级|A-weighted sound level (instantaneous)|noise|dB||N3.1|||B.3|used with -Rtd
        L5|L5|累计百分声级L5|Percentile level L5|noise|dB||N3.1|dB N3.1||B.3|2005: same code; used with -Data / -DayData / -NightData
        L10|L10|累计百分声级L10|Percentile level L10|noise|dB||N3.1|dB N3.1||B.3|2005: same code; used with -Data / -DayData / -NightData
        L50|L50|累计百分声级L50|Percentile level L50|noise|dB||N3.1|dB N3.1||B.3|2005: same code; used with -Data / -DayData / -NightData
        L90|L90|累计百分声级L90|Percentile level L90|noise|dB||N3.1|dB N3.1||B.3|2005: same code; used with -Data / -DayData / -NightData
        L95|L95|累计百分声级L95|Percentile level L95|noise|dB||N3.1|dB N3.1||B.3|2005: same code; used with -Data / -DayData / -NightData
        Leq|Leq|等效声级|Equivalent continuous level|noise|dB||N3.1|dB N3.1||B.3|2005: same code; used with -Data / -DayData / -NightData
        Ldn|Ldn|昼夜等效声级|Day-night equivalent level|noise|dB||N3.1|dB N3.1||B.3|2005: same code; used with -Data in day uploads
        Ld|Ld|昼间等效声级|Day-time equivalent level|noise|dB||N3.1|dB N3.1||B.3|2005: same code; used with -DayData
        Ln|Ln|夜间等效声级|Night-time equivalent level|noise|dB||N3.1|dB N3.1||B.3|2005: same code; used with -NightData
        LMx|LMx|最大的瞬时声级|Maximum instantaneous level|noise|dB||N3.1|dB N3.1||B.3|2005: same code; used with -Data / -DayData / -NightData
        LMn|LMn|最小的瞬时声级|Minimum instantaneous level|noise|dB||N3.1|dB N3.1||B.3|2005: same code; used with -Data / -DayData / -NightData
        e101xx||进水口流量|Inlet flow|other|L/s||N6.2|||B.5|~xx; process digit 1 (B.4)
        e102xx||进水口COD|Inlet COD|other|mg/L||N5.1|||B.5|~xx; process digit 1 (B.4)
        e103xx||进水口氨氮|Inlet ammonia nitrogen|other|mg/L||N3.2|||B.5|~xx; process digit 1 (B.4)
        e104xx||进水口总磷|Inlet total phosphorus|other|mg/L||N3.2|||B.5|~xx; process digit 1 (B.4)
        e105xx||进水口总氮|Inlet total nitrogen|other|mg/L||N5.1|||B.5|~xx; process digit 1 (B.4)
        e106xx||进水口pH|Inlet pH|other|dimensionless||N2.2|||B.5|~xx; process digit 1 (B.4)
        e201xx||出水口流量|Outlet flow|other|L/s||N6.2|||B.5|~xx; process digit 2 (B.4)
        e202xx||出水口COD|Outlet COD|other|mg/L||N5.1|||B.5|~xx; process digit 2 (B.4)
        e203xx||出水口氨氮|Outlet ammonia nitrogen|other|mg/L||N3.2|||B.5|~xx; process digit 2 (B.4)
        e204xx||出水口总磷|Outlet total phosphorus|other|mg/L||N3.2|||B.5|~xx; process digit 2 (B.4)
        e205xx||出水口PH|Outlet pH|other|dimensionless||N2.2|||B.5|~xx; process digit 2 (B.4)
        e301xx||污水提升泵|Wastewater lift pump current|other|A||N4.2|||B.5|~xx; process digit 3 (B.4)
        e302xx||鼓风机|Blower current|other|A||N4.2|||B.5|~xx; process digit 3 (B.4)
        e303xx||鼓风量|Air blow volume|other|mg/L||N7|||B.5|~xx; process digit 3 (B.4)
        e304xx||生化池污泥浓度|Biochemical tank sludge concentration|other|mg/L||N5.1|||B.5|~xx; process digit 3 (B.4)
        e305xx||生化池溶解氧浓度|Biochemical tank dissolved oxygen|other|mg/L||N5.1|||B.5|~xx; process digit 3 (B.4)
        e306xx||污泥剩余泵|Excess sludge pump current|other|A||N4.2|||B.5|~xx; process digit 3 (B.4)
        e307xx||污泥回流泵|Sludge return pump current|other|A||N4.2|||B.5|~xx; process digit 3 (B.4)
        e308xx||污泥回流量|Sludge return amount|other|kg||N7|||B.5|~xx; process digit 3 (B.4)
        e309xx||污泥剩余量|Excess sludge amount|other|kg||N7|||B.5|~xx; process digit 3 (B.4)
        e310xx||污泥压滤机|Sludge filter press current|other|A||N4.2|||B.5|~xx; process digit 3 (B.4)
        e311xx||阀门状态|Valve state|other|dimensionless||N1|||B.5|~xx; process digit 3 (B.4)
        e312xx||储泥池液位|Sludge tank level|other|m||N2.3|||B.5|~xx; process digit 3 (B.4)
        e313xx||加药量|Chemical dosage|other|mg/L||N5.1|||B.5|~xx; process digit 3 (B.4)
        e314xx||生化池氧化还原电位|Biochemical tank ORP|other|mV||N7|||B.5|~xx; process digit 3 (B.4)
        e401xx||污水提升泵|Wastewater lift pump current|other|A||N4.2|||B.5|~xx; process digit 4 (B.4)
        e402xx||曝气设备|Aeration equipment current|other|A||N4.2|||B.5|~xx; process digit 4 (B.4)
        e403xx||生化池污泥浓度|Biochemical tank sludge concentration|other|mg/L||N5.1|||B.5|~xx; process digit 4 (B.4)
        e404xx||厌氧池溶解氧浓度|Anaerobic tank dissolved oxygen|other|mg/L||N5.1|||B.5|~xx; process digit 4 (B.4)
        e405xx||缺氧池溶解氧浓度|Anoxic tank dissolved oxygen|other|mg/L||N5.1|||B.5|~xx; process digit 4 (B.4)
        e406xx||好氧池溶解氧浓度|Aerobic tank dissolved oxygen|other|mg/L||N5.1|||B.5|~xx; process digit 4 (B.4)
        e407xx||污泥剩余泵|Excess sludge pump current|other|A||N4.2|||B.5|~xx; process digit 4 (B.4)
        e408xx||污泥回流泵|Sludge return pump current|other|A||N4.2|||B.5|~xx; process digit 4 (B.4)
        e409xx||污泥回流量|Sludge return amount|other|kg||N4.2|||B.5|~xx; process digit 4 (B.4)
        e410xx||污泥剩余量|Excess sludge amount|other|kg||N4.2|||B.5|~xx; process digit 4 (B.4)
        e411xx||污泥压滤机|Sludge filter press current|other|A||N4.2|||B.5|~xx; process digit 4 (B.4)
        e412xx||搅拌器转态|Mixer state (printed with a typo in the standard)|other|dimensionless||N1|||B.5|~xx; process digit 4 (B.4)
        e413xx||阀门状态|Valve state|other|dimensionless||N1|||B.5|~xx; process digit 4 (B.4)
        e414xx||缺氧池氧化还原电位|Anoxic tank ORP|other|mV||N7|||B.5|~xx; process digit 4 (B.4)
        e415xx||好氧池氧化还原电位|Aerobic tank ORP|other|mV||N7|||B.5|~xx; process digit 4 (B.4)
        e416xx||提升泵池液位|Lift pump pit level|other|m||N2.3|||B.5|~xx; process digit 4 (B.4)
        e417xx||储泥池液位|Sludge tank level|other|m||N2.3|||B.5|~xx; process digit 4 (B.4)
        e418xx||加药量|Chemical dosage|other|mg/L||N5.1|||B.5|~xx; process digit 4 (B.4)
        e501xx||污水提升泵|Wastewater lift pump current|other|A||N4.2|||B.5|~xx; process digit 5 (B.4)
        e502xx||曝气设备|Aeration equipment current|other|A||N4.2|||B.5|~xx; process digit 5 (B.4)
        e503xx||供气量状态|Air supply state|other|dimensionless||N1|||B.5|~xx; process digit 5 (B.4)
        e504xx||生化池污泥浓度|Biochemical tank sludge concentration|other|mg/L||N5.1|||B.5|~xx; process digit 5 (B.4)
        e505xx||厌氧池溶解氧浓度|Anaerobic tank dissolved oxygen|other|mg/L||N5.1|||B.5|~xx; process digit 5 (B.4)
        e506xx||缺氧池溶解氧浓度|Anoxic tank dissolved oxygen|other|mg/L||N5.1|||B.5|~xx; process digit 5 (B.4)
        e507xx||好氧池溶解氧浓度|Aerobic tank dissolved oxygen|other|mg/L||N5.1|||B.5|~xx; process digit 5 (B.4)
        e508xx||混合液回流泵|Mixed liquor return pump current|other|A||N4.2|||B.5|~xx; process digit 5 (B.4)
        e509xx||剩余污泥泵|Excess sludge pump current|other|A||N4.2|||B.5|~xx; process digit 5 (B.4)
        e510xx||剩余污泥量|Excess sludge amount|other|kg||N7|||B.5|~xx; process digit 5 (B.4)
        e511xx||搅拌器状态|Mixer state|other|dimensionless||N1|||B.5|~xx; process digit 5 (B.4)
        e512xx||阀门状态|Valve state|other|dimensionless||N1|||B.5|~xx; process digit 5 (B.4)
        e513xx||缺氧池氧化还原电位|Anoxic tank ORP|other|mV||N7|||B.5|~xx; process digit 5 (B.4)
        e514xx||好氧池氧化还原电位|Aerobic tank ORP|other|mV||N7|||B.5|~xx; process digit 5 (B.4)
        e515xx||提升泵池液位|Lift pump pit level|other|m||N2.3|||B.5|~xx; process digit 5 (B.4)
        e516xx||储泥池液位|Sludge tank level|other|m||N2.3|||B.5|~xx; process digit 5 (B.4)
        e517xx||加药量|Chemical dosage|other|mg/L||N5.1|||B.5|~xx; process digit 5 (B.4)
        e601xx||污水提升泵|Wastewater lift pump current|other|A||N4.2|||B.5|~xx; process digit 6 (B.4)
        e602xx||曝气设备|Aeration equipment current|other|A||N4.2|||B.5|~xx; process digit 6 (B.4)
        e603xx||SBR池污泥浓度|SBR tank sludge concentration|other|mg/L||N5.1|||B.5|~xx; process digit 6 (B.4)
        e604xx||SBR池溶解氧浓度|SBR tank dissolved oxygen|other|mg/L||N5.1|||B.5|~xx; process digit 6 (B.4)
        e605xx||污泥剩余泵|Excess sludge pump current|other|A||N4.2|||B.5|~xx; process digit 6 (B.4)
        e606xx||污泥回流泵|Sludge return pump current|other|A||N4.2|||B.5|~xx; process digit 6 (B.4)
        e607xx||污泥回流量|Sludge return amount|other|kg||N7|||B.5|~xx; process digit 6 (B.4)
        e608xx||污泥剩余量|Excess sludge amount|other|kg||N7|||B.5|~xx; process digit 6 (B.4)
        e609xx||污泥压滤机|Sludge filter press current|other|A||N4.2|||B.5|~xx; process digit 6 (B.4)
        e610xx||搅拌器|Mixer current|other|A||N4.2|||B.5|~xx; process digit 6 (B.4)
        e614xx||SBR池曝气搅拌时氧化还原电位|SBR tank ORP during aeration/mixing|other|mV||N7|||B.5|~xx; process digit 6 (B.4)
        e615xx||阀门状态|Valve state|other|dimensionless||N1|||B.5|~xx; process digit 6 (B.4)
        e616xx||提升泵池液位|Lift pump pit level|other|m||N2.3|||B.5|~xx; process digit 6 (B.4)
        e617xx||储泥池液位|Sludge tank level|other|m||N2.3|||B.5|~xx; process digit 6 (B.4)
        e701xx||污水提升泵|Wastewater lift pump current|other|A||N4.2|||B.5|~xx; process digit 7 (B.4); code printed twice in the standard
        e702xx||曝气设备|Aeration equipment current|other|A||N4.2|||B.5|~xx; process digit 7 (B.4)
        e703xx||接触氧化池污泥浓度|Contact oxidation tank sludge concentration|other|mg/L||N5.1|||B.5|~xx; process digit 7 (B.4)
        e704xx||接触氧化池溶解氧浓度|Contact oxidation tank dissolved oxygen|other|mg/L||N5.1|||B.5|~xx; process digit 7 (B.4)
        e705xx||剩余污泥泵|Excess sludge pump current|other|A||N4.2|||B.5|~xx; process digit 7 (B.4)
        e706xx||剩余污泥量|Excess sludge amount|other|kg||N7|||B.5|~xx; process digit 7 (B.4)
        e707xx||污泥压滤机|Sludge filter press current|other|A||N4.2|||B.5|~xx; process digit 7 (B.4)
        e708xx||阀门状态|Valve state|other|dimensionless||N1|||B.5|~xx; process digit 7 (B.4)
        e709xx||提升泵池液位|Lift pump pit level|other|m||N2.3|||B.5|~xx; process digit 7 (B.4)
        e710xx||储泥池液位|Sludge tank level|other|m||N2.3|||B.5|~xx; process digit 7 (B.4)
        e701xx||加药量|Chemical dosage|other|mg/L||N5.1|||B.5|~xx; process digit 7 (B.4); ~dup
        e801xx||污水提升泵|Wastewater lift pump current|other|A||N4.2|||B.5|~xx; process digit 8 (B.4)
        e802xx||曝气设备|Aeration equipment current|other|A||N4.2|||B.5|~xx; process digit 8 (B.4)
        e803xx||污泥浓度|Sludge concentration|other|mg/L||N5.1|||B.5|~xx; process digit 8 (B.4)
        e804xx||溶解氧浓度|Dissolved oxygen|other|mg/L||N5.1|||B.5|~xx; process digit 8 (B.4)
        e805xx||剩余污泥泵|Excess sludge pump current|other|A||N4.2|||B.5|~xx; process digit 8 (B.4)
        g101xx||增压风机状态|Booster fan state|other|dimensionless||N1|||B.7|~xx; process digit 1 (B.6)
        g102xx||增压风机电流|Booster fan current|other|A||N4.2|||B.7|~xx; process digit 1 (B.6)
        g103xx||浆液循环泵状态|Slurry circulation pump state|other|dimensionless||N1|||B.7|~xx; process digit 1 (B.6)
        g104xx||浆液循环泵电流|Slurry circulation pump current|other|A||N4.2|||B.7|~xx; process digit 1 (B.6)
        g105xx||密封剂状态|Sealant (seal fan) state|other|dimensionless||N1|||B.7|~xx; process digit 1 (B.6)
        g106xx||密封剂电流|Sealant (seal fan) current|other|A||N4.2|||B.7|~xx; process digit 1 (B.6)
        g107xx||GGH运行状态|GGH running state|other|dimensionless||N1|||B.7|~xx; process digit 1 (B.6)
        g108xx||GGH电机电流|GGH motor current|other|A||N4.2|||B.7|~xx; process digit 1 (B.6)
        g109xx||浆液泵状态|Slurry pump state|other|dimensionless||N1|||B.7|~xx; process digit 1 (B.6)
        g110xx||浆液泵流量|Slurry pump flow|other|m3/h||N4.3|||B.7|~xx; process digit 1 (B.6)
        g111xx||脱硫塔内浆液pH|Absorber slurry pH|other|dimensionless||N2.2|||B.7|~xx; process digit 1 (B.6)
        g112xx||吸收塔除雾器状态|Absorber demister state|other|dimensionless||N1|||B.7|~xx; process digit 1 (B.6)
        g113xx||吸收塔除物器电流|Absorber demister current|other|A||N4.2|||B.7|~xx; process digit 1 (B.6)
        g114xx||吸收塔搅拌器状态|Absorber mixer state|other|dimensionless||N1|||B.7|~xx; process digit 1 (B.6)
        g115xx||吸收塔浆液密度|Absorber slurry density|other|kg/m3||N3.3|||B.7|~xx; process digit 1 (B.6)
        g116xx||旁路挡板门开度|Bypass damper opening|other|degree (angle)||N4|||B.7|~xx; process digit 1 (B.6)
        g117xx||石膏排除泵状态|Gypsum discharge pump state|other|dimensionless||N1|||B.7|~xx; process digit 1 (B.6)
        g118xx||石膏排除泵电流|Gypsum discharge pump current|other|A||N4.2|||B.7|~xx; process digit 1 (B.6)
        g119xx||脱硫率|Desulfurisation efficiency|other|%||N3.2|||B.7|~xx; process digit 1 (B.6); code printed twice in the standard
        g201xx||脱硫塔内喷水泵电流|Desulfurisation tower spray pump current|other|A||N4.2|||B.7|~xx; process digit 2 (B.6)
        g202xx||脱硫剂输送装置|Desulfurising agent conveyor current|other|A||N4.2|||B.7|~xx; process digit 2 (B.6)
        g203xx||称重给煤机计量信号|Coal feeder weighing signal|other|dimensionless||N1|||B.7|~xx; process digit 2 (B.6)
        g204xx||炉膛床压|Furnace bed pressure|other|Pa||N7|||B.7|~xx; process digit 2 (B.6)
        g205xx||炉膛床温|Furnace bed temperature|other|degC||N5.1|||B.7|~xx; process digit 2 (B.6)
        g206xx||冷渣器转速|Slag cooler speed|other|r/min||N6|||B.7|~xx; process digit 2 (B.6)
        g207xx||返料风机电流|Return-material fan current|other|A||N4.2|||B.7|~xx; process digit 2 (B.6)
        g208xx||引风机电流|Induced draft fan current|other|A||N4.2|||B.7|~xx; process digit 2 (B.6)
        g209xx||一次风机电流|Primary air fan current|other|A||N4.2|||B.7|~xx; process digit 2 (B.6)
        g210xx||二次风机电流|Secondary air fan current|other|A||N4.2|||B.7|~xx; process digit 2 (B.6)
        g211xx||石灰石给料机电流|Limestone feeder current|other|A||N4.2|||B.7|~xx; process digit 2 (B.6)
        g212xx||脱硫率|Desulfurisation efficiency|other|%||N3.1|||B.7|~xx; process digit 2 (B.6)
        g301xx||氨喷射系统电流|Ammonia injection system current|other|A||N4.2|||B.7|~xx; process digit 3 (B.6)
        g302xx||稀释风机状态|Dilution fan state|other|dimensionless||N1|||B.7|~xx; process digit 3 (B.6)
        g303xx||稀释风机电流|Dilution fan current|other|A||N4.2|||B.7|~xx; process digit 3 (B.6)
        g304xx||氨泵风机状态|Ammonia pump fan state|other|dimensionless||N1|||B.7|~xx; process digit 3 (B.6)
        g305xx||氨泵风机电流|Ammonia pump fan current|other|A||N4.2|||B.7|~xx; process digit 3 (B.6)
        g306xx||旁路挡板状态|Bypass damper state|other|dimensionless||N1|||B.7|~xx; process digit 3 (B.6)
        g307xx||旁路挡板开度|Bypass damper opening|other|degree (angle)||N4|||B.7|~xx; process digit 3 (B.6)
        g308xx||旁路挡板左右压差|Bypass damper differential pressure|other|kPa||N5.3|||B.7|~xx; process digit 3 (B.6)
        g119xx||入口二氧化硫SO2|Inlet SO2|other|mg/m3||N3.3|||B.7|~xx; process digit 1 (B.6); ~dup
        g120xx||入口氮氧化物NOx|Inlet NOx|other|mg/m3||N3.3|||B.7|~xx; process digit 1 (B.6)
        g121xx||入口含氧量O2|Inlet O2|other|%||N3.1|||B.7|~xx; process digit 1 (B.6)
        g122xx||入口流量|Inlet flow|other|m3/h||N4.3|||B.7|~xx; process digit 1 (B.6)
        g123xx||入口温度|Inlet temperature|other|degC||N3.1|||B.7|~xx; process digit 1 (B.6)
        g124xx||入口烟尘|Inlet dust|other|mg/m3||N3.3|||B.7|~xx; process digit 1 (B.6)
        g125xx||入口压力|Inlet pressure|other|kPa||N5.3|||B.7|~xx; process digit 1 (B.6)
        g126xx||入口湿度|Inlet humidity|other|%||N3.1|||B.7|~xx; process digit 1 (B.6)
        g127xx||出口二氧化硫SO2|Outlet SO2|other|mg/m3||N3.3|||B.7|~xx; process digit 1 (B.6)
        g128xx||出口氮氧化物NOx|Outlet NOx|other|mg/m3||N3.3|||B.7|~xx; process digit 1 (B.6)
        g129xx||出口含氧量O2|Outlet O2|other|%||N3.1|||B.7|~xx; process digit 1 (B.6)
        g130xx||出口流量|Outlet flow|other|m3/h||N4.3|||B.7|~xx; process digit 1 (B.6)
        g131xx||出口温度|Outlet temperature|other|degC||N3.1|||B.7|~xx; process digit 1 (B.6)
        g132xx||出口烟尘|Outlet dust|other|mg/m3||N3.3|||B.7|~xx; process digit 1 (B.6)
        g133xx||出口压力|Outlet pressure|other|kPa||N5.3|||B.7|~xx; process digit 1 (B.6)
        g134xx||出口湿度|Outlet humidity|other|%||N3.1|||B.7|~xx; process digit 1 (B.6)
        i11001||运行日志|Operation log|other|||C890|||B.10|instrument log; text between // //, UTF-8; ~info
        i12001||工作状态|Working state|other|dimensionless||N2|||B.10|instrument working state: 0 run,1 maintenance,2 fault,3 calibrate,5 blowback,6 power failure,7 measure,8 standard-sample calibrate,9 standby,10 operation/maintenance (4 is not defined); ~info
        i12002||分析仪与数采仪通讯状态|Analyser-to-logger communication state|other|dimensionless||N1|||B.10|0 normal, 1 abnormal; ~info
        i12003||COD分析仪报警状态|(COD) analyser alarm state|other|dimensionless||N1|||B.10|0 normal, 1 alarm; used for any analyser in practice; ~info
        i13001||测量量程|Measuring range|other|site-defined|||||B.10|unit and type site-defined; ~info
        i13002||测量精度|Measuring precision|other|site-defined|||||B.10|unit and type site-defined; ~info
        i13003||测量间隔|Measuring interval|other|min||N4|||B.10|~info
        i13004||消解温度|Digestion temperature|other|degC||N3.1|||B.10|~info
        i13005||消解时长|Digestion duration|other|min||N2|||B.10|~info
        i13006||校准时间|Calibration time|other|timestamp||YYYYMMDDHHMMSS|||B.10|~info
        i13007||截距|Intercept|other|site-defined|||||B.10|unit and type site-defined; ~info
        i13008||斜率|Slope|other|site-defined|||||B.10|unit and type site-defined; ~info
        i13009||测量检出限|Detection limit|other|site-defined|||||B.10|unit and type site-defined; ~info
        i21001||运行日志|Operation log|other|||C890|||B.10|data logger log; text between // //, UTF-8; ~info
        i22001||工作状态|Working state|other|dimensionless||N1|||B.10|data logger: 0 run,1 stop,2 fault,3 maintenance; ~info
        i22002||用户状态|User (login role) state|other|dimensionless||N1|||B.10|0 ordinary user,1 administrator,2 maintenance person; ~info
        i22003||数采仪与上位机通讯状态|Logger-to-host communication state|other|dimensionless||N1|||B.10|0 normal,1 abnormal; ~info
        i22101||数采仪通道通讯状态|Logger channel communication state|other|dimensionless||N1|||B.10|0 normal,1 abnormal,2 channel has no device; ~info
        i23001||本地大气压力|Local atmospheric pressure|other|kPa||N3.3|||B.10|~info
        i31001||门禁日志|Door access log|other|||C890|||B.10|door log; text between // //, UTF-8; ~info
        i32001||门禁状态|Door access state|other|dimensionless||N1|||B.10|printed as 0 run,1 stop,2 fault,3 maintenance; ~info
        i33001||CEMS伴热管温度|CEMS heated line temperature|other|degC||N4|||B.10|~info
        i33002||CEMS冷凝温度|CEMS condenser temperature|other|degC||N1.1|||B.10|~info
        i33101||监测站房温度|Station room temperature|other|degC||N4|||B.10|~info
        i33102||监测站房湿度|Station room humidity|other|%||N4|||B.10|the standard prints the unit as degC; humidity is meant; ~info
        i33103||监测站房电压|Station room voltage|other|V||N4|||B.10|~info
        i33104||监测站房原水压力|Station raw water pressure|other|kPa||N6|||B.10|~info
        i33105||监测站房进样压力1|Station sample inlet pressure 1|other|kPa||N6|||B.10|~info
        i33106||监测站房进样压力2|Station sample inlet pressure 2|other|kPa||N6|||B.10|~info
        i33107||沉砂池清洗时间|Grit chamber cleaning time|other|s||N4|||B.10|~info
        i33200||污水处理站（厂）电流量|Treatment plant current|other|A||N4.2|||B.10|~info
        i33201||污水处理站（厂）累计耗电量|Treatment plant cumulative energy|other|kWh||N13|||B.10|~info
        i33202||污水处理站（厂）日耗电量|Treatment plant daily energy|other|kWh||N7|||B.10|~info
        i3331x||炉膛内上部焚烧温度|Furnace upper combustion temperature|other|degC||N4.1|||B.10|x = device number 0..9; uploaded on change or at a fixed interval; ~info
        i3332x||炉膛内中部焚烧温度|Furnace middle combustion temperature|other|degC||N4.1|||B.10|x = device number 0..9; ~info
        i3333x||炉膛内下部焚烧温度|Furnace lower combustion temperature|other|degC||N4.1|||B.10|x = device number 0..9; ~info
        i3334x||炉膛内二次空气喷入点温度|Furnace secondary-air injection point temperature|other|degC||N4.1|||B.10|x = device number 0..9; ~info
        i33400||生产负荷|Production load|other|%||N3.1|||B.10|printed I33400 with capital I in the standard; preferably taken from the plant DCS; ~info
        |B03|噪声|Noise (generic)|noise|dB||N3.1|||~2005|~old
        d20105||生产设施用电参数|Production facility electricity parameter|other||||||1052666/1052-OS; caoyiliang/HJ212|2025 electricity monitoring (ST=44), -Rtd/-Flag; example value 220.20 (looks like a phase voltage); meaning of the digits not found
        d20205||生产设施用电参数|Production facility electricity parameter|other||||||1052666/1052-OS|example value 220.90
        d20305||生产设施用电参数|Production facility electricity parameter|other||||||1052666/1052-OS|example value 221.10
        d20405||生产设施用电参数|Production facility electricity parameter|other||||||1052666/1052-OS|example value 0.24 (looks like a current)
        d30106||治理设施用电参数|Treatment facility electricity parameter|other||||||1052666/1052-OS|2025 electricity monitoring (ST=44); example value 220.20
        d30406||治理设施用电参数|Treatment facility electricity parameter|other||||||1052666/1052-OS|example value 0.04
        p99101||关键生产工况标记|Key production condition mark|other||||||1052666/1052-OS|2025 key production conditions (ST=45): -Rtd carries a mark such as St / N / Sr; meaning of the marks not found
        i23005||数采仪编号|Data logger serial / id|other|||C24|||caoyiliang/HJ212 (2025 C.2/C.3)|24 characters in the example; -Info; CN=1001 and CN=1002
        i23006||CPUID|CPU id|other||||||caoyiliang/HJ212 (2025 C.2)|-Info; CN=1001
        i23007||MAC地址1|MAC address 1|other||||||caoyiliang/HJ212 (2025 C.2)|-Info; 12 hex digits; CN=1001
        i23008||MAC地址2|MAC address 2|other||||||caoyiliang/HJ212 (2025 C.2)|-Info; 12 hex digits; CN=1001
        """
}
