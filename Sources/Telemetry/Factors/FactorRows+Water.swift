extension FactorRows {
    /// Water quality and waste water.
    static let water = """
        w00000|B01|污水|Wastewater flow|water|L/s|m3|N5.2|||B.1|Cou of this code is volume in m3; 2025: used in App. C examples
        w01001|001|pH值|pH|water|dimensionless||N2.2|N2.1||B.1|2025: used in App. C examples
        w01002|002|色度|Colour|water|degree (colour)||N3.2|degree (colour) N5.1||B.1|
        w01006||溶解性总固体|Total dissolved solids|water|mg/L|kg|N4|||B.1|
        w01009||溶解氧|Dissolved oxygen|water|mg/L||N3.1|||B.1|
        w01010||水温|Water temperature|water|degC||N3.1|||B.1|2025: used in App. C examples
        w01012|003|悬浮物|Suspended solids|water|mg/L|kg|N4|mg/L N5.1||B.1|
        w01014||电导率|Electrical conductivity|water|uS/cm||N3.1|||B.1|
        w01017|010|五日生化需氧量|BOD5 (five-day biochemical oxygen demand)|water|mg/L|kg|N5.1|mg/L N5.1||B.1|
        w01018|011|化学需氧量|COD (chemical oxygen demand, dichromate)|water|mg/L|kg|N5.1|mg/L N6.1||B.1|2025: used in App. C examples
        w01019||高锰酸盐指数|Permanganate index (CODMn)|water|mg/L|kg|N3.1|||B.1|
        w01020|015|总有机碳|TOC (total organic carbon)|water|mg/L|kg|N3.1|mg/L N3.2||B.1|
        w02003|550|粪大肠菌群|Faecal coliforms|water|count/L||N9|||B.1|
        w02006||细菌总数|Total bacteria count|water|count/L||N9|||B.1|
        w03001|570|总α放射性|Gross alpha radioactivity|water|Bq/L||N3.1|||B.1|
        w03002|571|总β放射性|Gross beta radioactivity|water|Bq/L||N3.1|||B.1|
        w19001||表面活性剂|Surfactants|water|mg/L|kg|N3.2|||B.1|
        w19002|520|阴离子表面活性剂|Anionic surfactants (LAS)|water|mg/L|kg|N3.2|||B.1|
        w20012|039|钡|Barium|water|mg/L|kg|N3.3|mg/L N3.6||B.1|
        w20023|037|硼|Boron|water|mg/L|kg|N3.3|mg/L N3.6||B.1|
        w20038|040|钴|Cobalt|water|mg/L|kg|N3.4|mg/L N3.6||B.1|
        w20061|038|钼|Molybdenum|water|mg/L|kg|N3.4|mg/L N3.6||B.1|
        w20089|041|铊|Thallium|water|ng/L|mg|N4|mg/L N3.6||B.1|2005 unit differs (mg/L)
        w20092|036|锡|Tin|water|mg/L|kg|N3.1|mg/L N3.6||B.1|
        w20111|020|总汞|Total mercury|water|ug/L|g|N3.2|mg/L N2.3||B.1|2005 unit differs (mg/L)
        w20113|021|烷基汞|Alkyl mercury|water|ng/L|mg|N4|mg/L N2.1||B.1|2005 unit differs (mg/L)
        w20115|022|总镉|Total cadmium|water|ug/L|g|N3.1|mg/L N2.2||B.1|2005 unit differs (mg/L)
        w20116|023|总铬|Total chromium|water|mg/L|kg|N3.3|mg/L N3.2||B.1|
        w20117|024|六价铬|Hexavalent chromium|water|ug/L|g|N2.3|mg/L N2.2||B.1|2005 unit differs (mg/L)
        w20119|026|总砷|Total arsenic|water|ug/L|g|N2.3|mg/L N2.2||B.1|2005 unit differs (mg/L)
        w20120|027|总铅|Total lead|water|ug/L|g|N4|mg/L N3.2||B.1|2005 unit differs (mg/L)
        w20121|028|总镍|Total nickel|water|mg/L|kg|N3.2|mg/L N3.2||B.1|
        w20122|029|总铜|Total copper|water|mg/L|kg|N3.2|mg/L N3.2||B.1|
        w20123|030|总锌|Total zinc|water|mg/L|kg|N3.3|mg/L N3.2||B.1|
        w20124|031|总锰|Total manganese|water|mg/L|kg|N3.3|mg/L N3.2||B.1|
        w20125|032|总铁|Total iron|water|mg/L|kg|N3.3|mg/L N3.2||B.1|
        w20126|033|总银|Total silver|water|mg/L|kg|N3.3|mg/L N2.2||B.1|
        w20127|034|总铍|Total beryllium|water|ug/L|g|N3.3|mg/L N2.3||B.1|2005 unit differs (mg/L)
        w20128|035|总硒|Total selenium|water|ug/L|g|N4.2|mg/L N2.2||B.1|2005 unit differs (mg/L)
        w20138||铜|Copper|water|mg/L|kg|N3.3|||B.1|
        w20139||锌|Zinc|water|mg/L|kg|N3.3|||B.1|
        w20140||硒|Selenium|water|mg/L|kg|N3.3|||B.1|
        w20141||砷|Arsenic|water|mg/L|kg|N3.3|||B.1|
        w20142||汞|Mercury|water|ug/L|g|N3.3|||B.1|
        w20143||镉|Cadmium|water|ug/L|g|N3.3|||B.1|
        w20144||铅|Lead|water|mg/L|kg|N3.3|||B.1|
        w21001|065|总氮|Total nitrogen|water|mg/L|kg|N4.2|mg/L N3.2||B.1|
        w21003|060|氨氮|Ammonia nitrogen|water|mg/L|kg|N4.2|mg/L N2.3||B.1|
        w21004|062|凯氏氮|Kjeldahl nitrogen|water|mg/L|kg|N3.1|||B.1|
        w21006|063|亚硝酸盐|Nitrite|water|mg/L|kg|N2.3|||B.1|
        w21007|064|硝酸盐|Nitrate|water|mg/L|kg|N2.3|||B.1|
        w21011|101|总磷|Total phosphorus|water|mg/L|kg|N3.2|mg/L N3.2||B.1|
        w21016|070|氰化物|Cyanide|water|mg/L|kg|N3.3|||B.1|
        w21017|072|氟化物|Fluoride|water|mg/L|kg|N4.2|||B.1|
        w21019|071|硫化物|Sulfide|water|mg/L|kg|N3.3|||B.1|
        w21022|090|氯化物|Chloride|water|mg/L|kg|N3.1|||B.1|
        w21038||硫酸盐|Sulfate|water|mg/L|kg|N6|||B.1|
        w22001|080|石油类|Petroleum hydrocarbons (oil)|water|mg/L|kg|N3.2|mg/L N3.2||B.1|
        w23002|110|挥发酚|Volatile phenols|water|mg/L|kg|N3.4|||B.1|
        w25043|540|苯并[α]芘|Benzo[a]pyrene|water|ug/L|g|N3.1|||B.1|
        w33001|350|六六六|Hexachlorocyclohexane (BHC)|water|ng/L|mg|N4|||B.1|
        w33007|351|滴滴涕|DDT|water|ng/L|mg|N4|||B.1|
        w99001|061|有机氮|Organic nitrogen|water|mg/L|kg|N3.1|mg/L N3.2||B.1|
        |025|三价铬|Trivalent chromium|water|mg/L|kg|N3.2|||~2005|~old
        |092|余氯|Residual chlorine|water|mg/L|kg||||~v2005|not in the other 2005 transcription; confirm with the platform
        |B00|累计流量|Cumulative flow (totaliser)|water|m3|||||~v2005|vendor practice; not in the standard
        w01003||浊度|Turbidity|water|NTU|||||~sw|~525; ~21; ~unit
        w01004||透明度|Transparency (Secchi)|water|cm|||||~sw|~525; ~21; ~unit
        w01016||叶绿素a|Chlorophyll a|water|ug/L|||||~sw|~525; ~21; ~unit
        w19011||藻密度|Algal density|water|cells/mL|||||~sw|~525; ~21; ~unit
        w20004||锑|Antimony|water|mg/L|||||~sw|~525; ~21; ~unit
        w20095||钛|Titanium|water|mg/L|||||~sw|~525; ~21; ~unit
        w20101||钒|Vanadium|water|mg/L|||||~sw|~525; ~21; ~unit
        w20136||甲基汞|Methylmercury|water||||||~sw|~525; ~21; ~unit
        w20047||四乙基铅|Tetraethyl lead|water||||||~sw|~525; ~21; ~unit
        w21009||水合肼|Hydrazine hydrate|water||||||~sw|~525; ~21; ~unit
        w21013||黄磷|Yellow phosphorus|water||||||~sw|~525; ~21; ~unit
        w21023||活性氯|Active chlorine|water||||||~sw|~525; ~21; ~unit
        w22007||松节油|Turpentine|water||||||~sw|~525; ~21; ~unit
        w23020||2,4-二氯苯酚|2,4-Dichlorophenol|water||||||~sw|~525; ~21; ~unit
        w23022||2,4,6-三氯苯酚|2,4,6-Trichlorophenol|water||||||~sw|~525; ~21; ~unit
        w23025||五氯酚|Pentachlorophenol|water||||||~sw|~525; ~21; ~unit
        w23036||苦味酸|Picric acid|water||||||~sw|~525; ~21; ~unit
        w24003||二氯甲烷|Dichloromethane|water||||||~sw|~525; ~21; ~unit
        w24004||三氯甲烷|Trichloromethane|water||||||~sw|~525; ~21; ~unit
        w24005||四氯化碳|Carbon tetrachloride|water||||||~sw|~525; ~21; ~unit
        w24009||三溴甲烷|Tribromomethane|water||||||~sw|~525; ~21; ~unit
        w24017||1,2-二氯乙烷|1,2-Dichloroethane|water||||||~sw|~525; ~21; ~unit
        w24024||环氧氯丙烷|Epichlorohydrin|water||||||~sw|~525; ~21; ~unit
        w24046||氯乙烯|Vinyl chloride|water||||||~sw|~525; ~21; ~unit
        w24047||1,1-二氯乙烯|1,1-Dichloroethylene|water||||||~sw|~525; ~21; ~unit
        w24048||1,2-二氯乙烯|1,2-Dichloroethylene|water||||||~sw|~525; ~21; ~unit
        w24049||三氯乙烯|Trichloroethylene|water||||||~sw|~525; ~21; ~unit
        w24050||四氯乙烯|Tetrachloroethylene|water||||||~sw|~525; ~21; ~unit
        w24062||氯丁二烯|Chloroprene|water||||||~sw|~525; ~21; ~unit
        w24064||六氯丁二烯|Hexachlorobutadiene|water||||||~sw|~525; ~21; ~unit
        w25002||苯|Benzene|water||||||~sw|~525; ~21; ~unit
        w25003||甲苯|Toluene|water||||||~sw|~525; ~21; ~unit
        w25005||二甲苯|Xylene|water||||||~sw|~525; ~21; ~unit
        w25010||氯苯|Chlorobenzene|water||||||~sw|~525; ~21; ~unit
        w25011||1,2-二氯苯|1,2-Dichlorobenzene|water||||||~sw|~525; ~21; ~unit
        w25013||1,4-二氯苯|1,4-Dichlorobenzene|water||||||~sw|~525; ~21; ~unit
        w25014||三氯苯|Trichlorobenzene|water||||||~sw|~525; ~21; ~unit
        w25016||四氯苯|Tetrachlorobenzene|water||||||~sw|~525; ~21; ~unit
        w25019||六氯苯|Hexachlorobenzene|water||||||~sw|~525; ~21; ~unit
        w25020||硝基氯苯|Nitrochlorobenzene|water||||||~sw|~525; ~21; ~unit
        w25022||2,4-二硝基氯苯|2,4-Dinitrochlorobenzene|water||||||~sw|~525; ~21; ~unit
        w25023||硝基苯|Nitrobenzene|water||||||~sw|~525; ~21; ~unit
        w25027||二硝基苯|Dinitrobenzene|water||||||~sw|~525; ~21; ~unit
        w25030||2,4-二硝基甲苯|2,4-Dinitrotoluene|water||||||~sw|~525; ~21; ~unit
        w25032||2,4,6-三硝基甲苯|TNT|water||||||~sw|~525; ~21; ~unit
        w25034||异丙苯|Cumene|water||||||~sw|~525; ~21; ~unit
        w25038||苯乙烯|Styrene|water||||||~sw|~525; ~21; ~unit
        w25052||吡啶|Pyridine|water||||||~sw|~525; ~21; ~unit
        w26001||苯胺|Aniline|water||||||~sw|~525; ~21; ~unit
        w26002||联苯胺|Benzidine|water||||||~sw|~525; ~21; ~unit
        w26048||丙烯酰胺|Acrylamide|water||||||~sw|~525; ~21; ~unit
        w27001||多氯联苯|PCBs|water||||||~sw|~525; ~21; ~unit
        w29002||邻苯二甲酸二丁酯|Dibutyl phthalate|water||||||~sw|~525; ~21; ~unit
        w29004||邻苯二甲酸二(2-乙基己基)酯|DEHP|water||||||~sw|~525; ~21; ~unit
        w31001||甲醛|Formaldehyde|water||||||~sw|~525; ~21; ~unit
        w31002||乙醛|Acetaldehyde|water||||||~sw|~525; ~21; ~unit
        w31003||三氯乙醛|Chloral|water||||||~sw|~525; ~21; ~unit
        w31004||丙烯醛|Acrolein|water||||||~sw|~525; ~21; ~unit
        w32003||丁基黄原酸|Butyl xanthic acid|water||||||~sw|~525; ~21; ~unit
        w33005||林丹|Lindane|water||||||~sw|~525; ~21; ~unit
        w33010||敌敌畏|Dichlorvos|water||||||~sw|~525; ~21; ~unit
        w33011||敌百虫|Trichlorfon|water||||||~sw|~525; ~21; ~unit
        w33012||百菌清|Chlorothalonil|water||||||~sw|~525; ~21; ~unit
        w33019||乐果|Dimethoate|water||||||~sw|~525; ~21; ~unit
        w33021||甲基对硫磷|Methyl parathion|water||||||~sw|~525; ~21; ~unit
        w33022||马拉硫磷|Malathion|water||||||~sw|~525; ~21; ~unit
        w33025||内吸磷|Demeton|water||||||~sw|~525; ~21; ~unit
        w33029||阿特拉津|Atrazine|water||||||~sw|~525; ~21; ~unit
        w33030||对硫磷|Parathion|water||||||~sw|~525; ~21; ~unit
        w33047||甲萘威|Carbaryl|water||||||~sw|~525; ~21; ~unit
        w33052||溴氰菊酯|Deltamethrin|water||||||~sw|~525; ~21; ~unit
        w99003||环氧七氯|Heptachlor epoxide|water||||||~sw|~525; ~21; ~unit
        w99004||微囊藻毒素LR|Microcystin-LR|water||||||~sw|~525; ~21; ~unit
        w99010||丙烯腈|Acrylonitrile|water||||||~sw|~525; ~21; ~unit
        w00001||累计流量|Cumulative flow (totaliser)|water|m3|||||~vendor|~vendor; not in the standard
        w19102||||water||||||HJ 212-2025 table C.18 example (quoted)|code appears in the 2025 realtime example as w19102-Rtd=66; name and unit not found
        """
}
