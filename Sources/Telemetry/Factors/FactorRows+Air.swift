extension FactorRows {
    /// Air quality and flue gas.
    static let air = """
        a00000|B02|废气|Exhaust gas flow|air|m3/s|m3|N6.1||m3/s N6.1|B.2+|Cou of this code is volume in m3; standard-state dry flow for sources
        a01001||温度|Ambient temperature|air|degC||N3.1|||B.2|
        a01002||湿度|Ambient humidity|air|%||N3.1|||B.2|
        a01006||气压|Atmospheric pressure|air|kPa||N5.3|||B.2|
        a01007||风速|Wind speed|air|m/s||N4.1|||B.2|
        a01008||风向|Wind direction|air|degree (angle)||N4|||B.2|
        a01010|37|林格曼黑度|Ringelmann blackness|air|dimensionless||N1|N1||B.2|
        a01011|S02|烟气流速|Flue gas velocity|air|m/s||N5.2|N5.2|m/s N2.2|B.2+|2005 code S02 was listed with unit m3/h in one 2005 table transcription (an obvious slip: velocity is m/s)
        a01012|S03|烟气温度|Flue gas temperature|air|degC||N3.1|degC N3.1|degC N3.1|B.2+|
        a01013|S08|烟气压力|Flue gas (static) pressure|air|kPa||N5.3|MPa N4.2|kPa N2.3|B.2+|gauge (static) pressure relative to atmosphere, may be negative; 2005 unit MPa in one transcription
        a01014|S05|烟气湿度|Flue gas humidity|air|%||N3.1|% N3.1|% N3.2|B.2+|
        a01015|S06|制冷温度|Cooling (condenser) temperature|air|degC||N3.1|degC N3.1||B.2|
        a01016|S07|烟道截面积|Duct cross-section area|air|m2||N4.2|m2 N4.2||B.2|
        a01017|S04|烟气动压|Flue gas dynamic pressure|air|kPa||N5.3|MPa N4.2||B.2|2005 unit MPa in one transcription
        a01901||垃圾焚烧炉膛内焚烧平均温度|Waste incinerator furnace mean combustion temperature|air|degC||N4.1|||B.2|2025: 5-minute mean is uploaded as a01901-Avg with CN=2111
        a01902||垃圾焚烧炉膛内DCS温度|Waste incinerator furnace DCS temperature|air|degC||N4.1|||B.2|
        a05001|30|二氧化碳|Carbon dioxide (CO2)|air|mg/m3|kg|N3.3|mg/m3 N4.3||B.2|
        a05002||甲烷|Methane (CH4)|air|ng/m3|g|N4.1|||B.2|2017 prints ng/m3 and g; practically every CEMS reports methane in mg/m3 - make the unit configurable
        a05008||三氯一氟甲烷|Trichlorofluoromethane|air|mg/m3|kg|N7.3|||B.2|
        a05009||二氯二氟甲烷|Dichlorodifluoromethane|air|mg/m3|kg|N7.3|||B.2|
        a05013||三氯三氟乙烷|Trichlorotrifluoroethane|air|mg/m3|kg|N7.3|||B.2|
        a19001|S01|氧气含量|Oxygen content (O2)|air|%||N3.1|% N3.1|% N2.2|B.2+|
        a20007||砷|Arsenic|air|ng/m3|g|N1.6|||B.2|
        a20016|36|铍及其化合物|Beryllium and compounds|air|mg/m3|kg|N4.4|mg/m3 N4.4||B.2|
        a20025|33|镉及其化合物|Cadmium and compounds|air|mg/m3|kg|N3.4|mg/m3 N3.4||B.2|
        a20026||镉|Cadmium|air|ng/m3|g|N3.3|||B.2|
        a20043|32|铅及其化合物|Lead and compounds|air|mg/m3|kg|N2.4|mg/m3 N2.4||B.2|
        a20044||铅|Lead|air|ng/m3|g|N3.3|||B.2|
        a20057|31|汞及其化合物|Mercury and compounds|air|mg/m3|kg|N4.4|mg/m3 N4.4||B.2|
        a20058||汞|Mercury|air|ng/m3|g|N3.2|||B.2|
        a20063|35|镍及其化合物|Nickel and compounds|air|mg/m3|kg|N3.3|mg/m3 N3.3||B.2|
        a20091|34|锡及其化合物|Tin and compounds|air|mg/m3|kg|N4.3|mg/m3 N4.3||B.2|
        a21001|10|氨（氨气）|Ammonia (NH3)|air|ng/m3|g|N4.3|mg/m3 N4.3||B.2+|2017 prints ng/m3 and g; practically every CEMS reports NH3 in mg/m3 - make the unit configurable; 2025: code unchanged
        a21002|03|氮氧化物|Nitrogen oxides (NOx)|air|mg/m3|kg|N5.1|mg/m3 N5.3|mg/m3 N4.2|B.2+|
        a21003||一氧化氮|Nitric oxide (NO)|air|mg/m3|kg|N4.1|||B.2+|2025: code unchanged
        a21004||二氧化氮|Nitrogen dioxide (NO2)|air|mg/m3|kg|N4.1|||B.2+|2025: code unchanged
        a21005|04|一氧化碳|Carbon monoxide (CO)|air|mg/m3|kg|N3.3|mg/m3 N2.3||B.2|
        a21017|07|氰化物|Cyanide|air|mg/m3|kg|N3.3|mg/m3 N3.3||B.2|
        a21018|06|氟化物|Fluoride|air|mg/m3|kg|N2.3|mg/m3 N2.3||B.2|
        a21022|11|氯气|Chlorine (Cl2)|air|mg/m3|kg|N4.3|mg/m3 N4.3||B.2|
        a21024|08|氯化氢|Hydrogen chloride (HCl)|air|mg/m3|kg|N4.3|mg/m3 N4.3||B.2|
        a21026|02|二氧化硫|Sulfur dioxide (SO2)|air|mg/m3|kg|N5.2|mg/m3 N5.2|mg/m3 N5.2|B.2+|
        a21028|05|硫化氢|Hydrogen sulfide (H2S)|air|mg/m3|kg|N3.2|mg/m3 N3.2||B.2|
        a23001|27|酚类|Phenols|air|mg/m3|kg|N3.3|mg/m3 N3.3||B.2|
        a24003||二氯甲烷|Dichloromethane|air|mg/m3|kg|N7.3|||B.2|
        a24004||三氯甲烷|Trichloromethane (chloroform)|air|mg/m3|kg|N7.3|||B.2|
        a24005||四氯甲烷|Tetrachloromethane|air|mg/m3|kg|N7.3|||B.2|
        a24006||二溴一氯甲烷|Dibromochloromethane|air|mg/m3|kg|N7.3|||B.2|
        a24007||一溴二氯甲烷|Bromodichloromethane|air|mg/m3|kg|N7.3|||B.2|
        a24008||溴甲烷|Bromomethane|air|mg/m3|kg|N7.3|||B.2|
        a24009||三溴甲烷|Tribromomethane|air|mg/m3|kg|N7.3|||B.2|
        a24015||氯乙烷|Chloroethane|air|mg/m3|kg|N7.3|||B.2|
        a24016||1,1-二氯乙烷|1,1-Dichloroethane|air|mg/m3|kg|N7.3|||B.2|
        a24017||1,2-二氯乙烷|1,2-Dichloroethane|air|mg/m3|kg|N7.3|||B.2|
        a24018||1,1,1-三氯乙烷|1,1,1-Trichloroethane|air|mg/m3|kg|N7.3|||B.2|
        a24019||1,1,2-三氯乙烷|1,1,2-Trichloroethane|air|mg/m3|kg|N7.3|||B.2|
        a24020||1,1,2,2-四氯乙烷|1,1,2,2-Tetrachloroethane|air|mg/m3|kg|N7.3|||B.2|
        a24027||1,2-二氯丙烷|1,2-Dichloropropane|air|mg/m3|kg|N7.3|||B.2|
        a24034||1,2-二溴乙烷|1,2-Dibromoethane|air|mg/m3|kg|N7.3|||B.2|
        a24036||环己烷|Cyclohexane|air|mg/m3|kg|N7.3|||B.2|
        a24042||正己烷|n-Hexane|air|mg/m3|kg|N7.3|||B.2|
        a24043||正庚烷|n-Heptane|air|mg/m3|kg|N7.3|||B.2|
        a24046|29|氯乙烯|Vinyl chloride|air|mg/m3|kg|N4.3|mg/m3 N4.3||B.2|
        a24047||1,1-二氯乙烯|1,1-Dichloroethylene|air|mg/m3|kg|N7.3|||B.2|
        a24049||三氯乙烯|Trichloroethylene|air|mg/m3|kg|N7.3|||B.2|
        a24050||四氯乙烯|Tetrachloroethylene|air|mg/m3|kg|N7.3|||B.2|
        a24053||丙烯|Propylene|air|mg/m3|kg|N7.3|||B.2|
        a24054||1,3-二氯丙烯|1,3-Dichloropropene|air|mg/m3|kg|N7.3|||B.2|
        a24072||1,4-二恶烷|1,4-Dioxane|air|mg/m3|kg|N7.3|||B.2|
        a24078||1,3-丁二烯|1,3-Butadiene|air|mg/m3|kg|N7.3|||B.2|
        a24087|25|碳氢化合物|Hydrocarbons (total)|air|mg/m3|kg|N5.2|mg/m3 N5.2||B.2|
        a24088||非甲烷总烃|Non-methane total hydrocarbons (NMHC)|air|mg/m3|kg|N7.3|||B.2|2005 had no own code; code 25 (hydrocarbons incl. NMHC) was used
        a24099||氯甲烷|Chloromethane|air|mg/m3|kg|N7.3|||B.2|
        a24110||反式-1,2-二氯乙烯|trans-1,2-Dichloroethylene|air|mg/m3|kg|N7.3|||B.2|
        a24111||顺式-1,2-二氯乙烯|cis-1,2-Dichloroethylene|air|mg/m3|kg|N7.3|||B.2|
        a24112||反式-1,3-二氯丙烯|trans-1,3-Dichloropropene|air|mg/m3|kg|N7.3|||B.2|
        a24113||六氯-1,3-丁二烯|Hexachloro-1,3-butadiene|air|mg/m3|kg|N7.3|||B.2|
        a25002||苯|Benzene|air|mg/m3|kg|N7.3|||B.2|
        a25003|17|甲苯|Toluene|air|mg/m3|kg|N4.2|mg/m3 N4.2||B.2|
        a25004||乙苯|Ethylbenzene|air|mg/m3|kg|N7.3|||B.2|
        a25005|18|二甲苯|Xylenes|air|mg/m3|kg|N4.2|mg/m3 N4.2||B.2|
        a25006||1,2-二甲基苯|o-Xylene (1,2-dimethylbenzene)|air|mg/m3|kg|N7.3|||B.2|
        a25007||1,3-二甲基苯|m-Xylene (1,3-dimethylbenzene)|air|mg/m3|kg|N7.3|||B.2|
        a25008||1,4-二甲基苯|p-Xylene (1,4-dimethylbenzene)|air|mg/m3|kg|N7.3|||B.2|
        a25010|23|氯苯|Chlorobenzene|air|mg/m3|kg|N4.3|mg/m3 N4.3||B.2|
        a25011||1,2-二氯苯|1,2-Dichlorobenzene|air|mg/m3|kg|N7.3|||B.2|
        a25012||1,3-二氯苯|1,3-Dichlorobenzene|air|mg/m3|kg|N7.3|||B.2|
        a25013||1,4-二氯苯|1,4-Dichlorobenzene|air|mg/m3|kg|N7.3|||B.2|
        a25014||1-乙基-4-甲基苯|1-Ethyl-4-methylbenzene|air|mg/m3|kg|N7.3|||B.2|
        a25015||1,2,4-三氯苯|1,2,4-Trichlorobenzene|air|mg/m3|kg|N7.3|||B.2|
        a25019||1,2,4-三甲基苯|1,2,4-Trimethylbenzene|air|mg/m3|kg|N7.3|||B.2|
        a25020||1,2,3-三甲基苯|1,2,3-Trimethylbenzene|air|mg/m3|kg|N7.3|||B.2|
        a25021||1,3,5-三甲基苯|1,3,5-Trimethylbenzene|air|mg/m3|kg|N7.3|||B.2|
        a25023|22|硝基苯|Nitrobenzene|air|mg/m3|kg|N3.4|mg/m3 N3.4||B.2|
        a25038||乙烯基苯|Styrene (vinylbenzene)|air|mg/m3|kg|N7.3|||B.2|
        a25044|20|苯并[a]芘|Benzo[a]pyrene|air|mg/m3|kg|N4.3|mg/m3 N3.6||B.2|
        a25072||四氢呋喃|Tetrahydrofuran|air|mg/m3|kg|N7.3|||B.2|
        a26001|21|苯胺类|Anilines|air|mg/m3|kg|N4.3|mg/m3 N4.3||B.2|
        a29017||乙酸乙酯|Ethyl acetate|air|mg/m3|kg|N7.3|||B.2|
        a29026||乙酸乙烯酯|Vinyl acetate|air|mg/m3|kg|N7.3|||B.2|
        a30001|28|甲醇|Methanol|air|mg/m3|kg|N4.3|mg/m3 N5.2||B.2|
        a30008||异丙醇|Isopropanol|air|mg/m3|kg|N7.3|||B.2|
        a30022|13|硫醇|Mercaptans|air|mg/m3|kg|N4.3|mg/m3 N4.3||B.2|
        a31001|19|甲醛|Formaldehyde|air|mg/m3|kg|N3.3|mg/m3 N3.3||B.2|
        a31002|26|乙醛|Acetaldehyde|air|mg/m3|kg|N3.4|mg/m3 N3.4||B.2|
        a31024||丙酮|Acetone|air|mg/m3|kg|N7.3|||B.2|
        a31025||2-丁酮|2-Butanone|air|mg/m3|kg|N7.3|||B.2|
        a31030||甲基异丁基甲酮|Methyl isobutyl ketone|air|mg/m3|kg|N7.3|||B.2|
        a34001||总悬浮颗粒物TSP|TSP (total suspended particulate)|air|ng/m3|g|N4.3|||B.2+|2017 prints ng/m3; field devices report ug/m3 or mg/m3; 2025: still printed as ng/m3
        a34002||可吸入颗粒物PM10|PM10|air|ng/m3|g|N3.3|||B.2+|2017 prints ng/m3; field devices report ug/m3 or mg/m3; 2025: still printed as ng/m3
        a34004||细微颗粒物PM2.5|PM2.5|air|ng/m3|g|N3.3|||B.2+|2017 prints ng/m3; field devices report ug/m3 or mg/m3; 2025: still printed as ng/m3
        a34005||亚微米颗粒物PM1.0|PM1.0|air|ng/m3|g|N3.3|||B.2+|2017 prints ng/m3; field devices report ug/m3 or mg/m3; 2025: still printed as ng/m3
        a34011||降尘|Dustfall|air|t/(km2*month)|||||B.2|
        a34013|01|烟尘|Particulate matter / smoke dust|air|mg/m3|kg|N4|mg/m3 N5.2|mg/m3 N4.1|B.2+|
        a34017||炭黑尘|Carbon black dust|air|mg/m3|kg|N4|||B.2|
        a34038|09|沥青烟|Asphalt fume|air|mg/m3|kg|N4.3|mg/m3 N4.3||B.2|
        a34039|14|硫酸雾|Sulfuric acid mist|air|mg/m3|kg|N4.3|mg/m3 N4.3||B.2|
        a34040|15|铬酸雾|Chromic acid mist|air|mg/m3|kg|N2.3|mg/m3 N2.4||B.2|
        a99010||丙烯腈|Acrylonitrile|air|mg/m3|kg|N7.3|||B.2|
        a99049|24|光气|Phosgene|air|mg/m3|kg|N3.3|mg/m3 N3.3||B.2|
        a99051|12|二硫化碳|Carbon disulfide|air|mg/m3|kg|N4.3|mg/m3 N4.3||B.2|
        |16|苯系物|Benzene series (BTEX sum)|air|mg/m3|kg|N4.2|||~2005|~old
        |99|其他气污染物|Other gas pollutants|air||||||~2005|~old
        a05024||臭氧|Ozone (O3)|air|ug/m3|||||several ambient-air implementations (e.g. public Java air-quality models)|several ambient-air implementations (e.g. public Java air-quality models); HJ 524 family code, not in HJ 212-2017 B.2
        a99054||总挥发性有机物|TVOC|air|mg/m3|||||one open Java station client|one open Java station client; not in HJ 212-2017 B.2
        a06001||降雨量|Rainfall|air|mm|||||one field frame (CSDN article 143863664)|one field frame (CSDN article 143863664); meaning inferred from position - unconfirmed
        a01101||烟气差压|Flue gas differential pressure|air|kPa|||||~vendor|~vendor; not in the standard
        """
}
