"""What a heading, a label, a column or a remark says of the places it stands over: served, not served, not yet, or unclear."""

import re

SERVED, NOT_SERVED, NOT_YET, UNCLEAR = "served", "not-served", "not-yet", "unclear"

# Words of a plan: nobody is served there today, and nothing says since when.
_NOT_YET = re.compile(
    r"(?:明年|来年|下一?(?:批|期|阶段|步|年度?|季度)|下个?月|下半年|年[内底中末]|将来|未来|后期|远期)[^,。;、]{0,6}(?:开通|覆盖|上线|开放|拓展|新增|投放|入驻|进驻|城市|地区|区域)|即将|将于|筹建|筹备|筹划|规划中?|拟(?:开通|建|设)|待(?:开(?![发张放]区)|开放|定)|敬请期待|建设中|在建|预计|计划(?:开通|覆盖|新增)?|后续(?:开通|开放)|陆续(?:开通|开放)"
    r"|逐步(?:开通|开放)|下一步|招商|\b(?:coming|opening) soon\b|\bplanned\b|\bupcoming\b|\bnot yet\b|\bunder construction\b",
    re.I,
)
_NOT = (
    r"暂?(?:未|没有?|无法|不能?|非|勿)(?:能|在|予|可以?)?(?:提供|支持|开通|开放|覆盖|设(?:立|置|有)?|受理|服务|上门|配送|派送|发货|送达|到达|安装|维修|涉及|纳入)"
    r"|(?:暂|暂时|目前|恕)?不(?:能|可|予|再|在|做|提供|支持|开通|开放|覆盖|受理|服务|上门|配送|派送|派件|派单|发货|送货|送达|送|发|到|达|含|包括|包含|适用|安装|维修|接单|承接|涉及|包(?=安装|送货|上门|送))+"
    r"|尚?未(?:曾|能|在)?(?:进驻|入驻|进入|设点|布点|铺设|铺开|上线|落地|启用|签约)|已?撤(?:销|出|离|站|点|网点)|已撤|除[^,。;除外]{1,12}外"
    r"|除外|以外|之外|除(?:了|去)|排除|剔除|例外|扣除"
    r"|(?:停止|暂停|中止|终止|取消|撤销|关闭|关停|退出|停办|停用)(?:了)?(?:服务|受理|上门|配送|发货|派送|营业|运营|覆盖|开通|接单|派单|预约|下单|合作)?|停发|停运|停服|已经?停(?:了|止)?(?![车电靠留放工约业单服受上配发派营运覆开接预下合])"
    r"|(?:检修|维护|装修|改造|升级|整顿|整改)中"
    r"|(?:已?约满)?(?:已|暂)?停(?:约|业|单)(?!电话)|歇业|谢绝|婉拒|概不"
    r"|盲区|空白(?:区|地区|区域|点)?|(?<!有)无(?:服务|网点|覆盖|法|人|货|售后|站点)|禁(?:发|运|送|止)|拒(?:收|发|送)|限(?:发|送|运)|超(?:区|范围|出(?:服务)?(?:范围|区域))|服务范围外|范围之?外|区域外"
    r"|没有?(?:设|任何)?(?:网点|门店|站点|师傅|服务商)|[去到送做管修装发]不[了到]|不享受"
    r"|非(?:服务|覆盖|配送|保修|受理|开通)"
)
_NOT_ENGLISH = (
    r"\b(?:not|no|non)[ -](?:\w+[ -]){0,2}?(?:available|served?|service|serviced|covered|coverage|supported|included?|deliver\w*|ship\w*|offered|provided|reach\w*)\b"
    r"|\b(?:exclud\w*|exclusions?|except(?:ions?|ing)?|unavailable|unserved|outside|out of (?:service|range)|suspended|blind spots?|discontinued|do(?:es)? not|don't|without|other than)\b"
)
NOT = re.compile(f"{_NOT}|{_NOT_ENGLISH}", re.I)
# Said of a fee, and of who is asked: nothing about whether a place is served.
_FEE = re.compile(
    r"(?:不再?|免除?|无|非|另|加|停止|暂停|取消)(?:额外|另外|另)?(?:收|收取|加收|计|产生|含|包括)?(?:任何)?(?:上门|远程|路|运|邮|服务|检测|附加|偏远|交通|差旅)?(?:费用?|价)|不包邮|不?另?收费|加收|上门费|远程费|运费|\bfees?\b|\bfree\b",
    re.I,
)
_HARMLESS_NOT = re.compile(
    r"节假日(?:照常|顺延|不休|无休|正常)(?:上门|服务|营业)?|不限|不间断|不打烊|不休|无休|无忧|无论|不论|不仅|不分|无需|不需|无须|不用|不得不|非常|无死角|[无零](?:服务)?盲[区点](?:全)?(?:覆盖|服务)?|不收|不留|不满意"
)
# Who says no twice, or beside what stands above, may mean anything: 没有停止服务, 并非不上门, 不在黑名单, 除此之外.
_TWICE = re.compile(
    r"(?:没有?|并?非|从[未不没]|未|无需|无须|不[用必要是在会存属]|绝不|毫不|不属于)(?:有|曾|被|任何|会|再|于|在|是|入|要|需|出现过?|列?入)*"
    r"(?:暂?停(?![车电靠留])|暂[缓别]|终止|中止|取消|撤[销离出点站]?|关[店闭停]|排除|除外|剔除|例外|扣除|不(?!间断|打烊)|盲区|空白|黑名单|禁[止运发售]|拒|限[制售购]|歇业|受限|退出|下线|无法|未)"
    r"|除(?:此|了?(?:以上|上述|上列|前述))"
)
# A question, a caveat, or somebody else's list.
_UNCLEAR = re.compile(
    r"偏远|为准|免(?:派送|派件|配送|送货|发货|上门|服务|安装|维修)(?:服务)?的?(?=区|地|城|范围|省|市|名单)|(?:需|请|须)[^,。;]{0,6}(?:确认|咨询|询问|核实)|^原(?!厂|装|则)|另(?:行|外)?(?:约|议|商|谈|协)|商议|协商|洽谈|面议|视情况|酌情|待议|暂缓|待确认|待核实|不确定|未确认|疑似|可能|是否|有无|部分|个别|少数|大部|咨询为准|需确认|仅限?(?:寄修|自提|电话|远程|线上)|到店(?:维修|安装|服务|检测|保养|清洗|自提)|送店|返厂|寄修|自提|寄送|竞品|竞争|对手|友商|第三方|别家|其[他它](?:公司|品牌|厂家|商家)|(?:客户|用户|会员|订单|销量)(?:来源|分布)|[仅只][限做在送到]?[^,。;、:]{0,3}(?:市区|城区|主城|县城|镇区|[内外中]环|中心)|"
    r"搬[走离]|已搬|迁[走出离往至]|转让|倒闭|注销|解约|清退|关[门店]|闭店|结业|停摆|失联|撤场|易主|"
    r"同行|投诉(?!电话|热线|中心|专线|渠道|客服)|旧|原(?:有|先|来)|以前|曾经?|历史|往年|过去|截[止至]|假冒|冒充|非官方|仅供参考|举例|例如|假如|备选|候选|考虑|"
    r"\b(?:maybe|perhaps|example|competitors?|former|previous|tbd|on request|excl|w ?/ ?o)\b",
    re.I,
)
# Somebody else serves there, or nobody comes: 请联系当地经销商, 由代理商负责, 请自行送修.
_OTHERS = r"(?:(?:其[他它]|独立|总|区域|当地|本地|所在地|地方)的?(?:服务|供应)商|(?:其[他它]|独立|总|区域|当地|本地|所在地|地方)?的?(?:经销|代理|加盟)商|其[他它](?:公司|单位|团队)|兄弟公司|友商|第三方|(?:独立|总|区域|当地|地方)代理)"
SENT = re.compile(
    rf"(?:联系|咨询|致电|拨打|询问|[找到去])[\u4e00-\u9fff]{{0,4}}?(?:{_OTHERS}|(?:当地|本地|所在地|就近|附近)的?(?:客服|网点|门店|师傅|公司|维修|服务))"
    rf"|[由归属](?:于|给)?[\u4e00-\u9fff]{{0,4}}?{_OTHERS}|交[由给][\u4e00-\u9fff]{{0,4}}?{_OTHERS}|(?:另|已)有[\u4e00-\u9fff]{{0,4}}?{_OTHERS}|有独立|另[有行][\u4e00-\u9fff]{{0,6}}?(?:负责|安排|处理|代理|通知)"
)
# A refusal of some cases only, or of what is not listed: 无电梯不上门, 未列出的城市均不服务.
_CONDITION = re.compile(
    r"(?:[无没]有?|非)(?:电梯|发票|订单|预约|保修|质保)|超[重大长高]|夜间|节假日|周末|保[内外]|[大小]件|冷链|生鲜|冷冻|液体|易碎|家具|上楼|[未没]有?(?:列|注明|标注?|提及|写)|"
    r"[红黄绿灰蓝橙]色|标[红黄灰]|自行(?:送|前往|寄)|送修|自取|(?:附近|周边|相邻|热门|更多|推荐)(?:城市|地区)"
)
# A refusal of something else, of some days or hours, or one that is over: nobody can tell from it who is served.
_OF_ELSE = re.compile(
    r"代理商?|经销商|加盟|招商|发票|开票|[当次隔同][日天]|即日|加急|急速|极速|快速|小时达|限时|定时|刷卡|现金|付款|支付|到付|代收|分期|信用卡|花呗|支票|赊|税|高层|楼层|楼梯|爬楼|步梯|别墅|搬楼|吊装|"
    r"春节|国庆|元旦|中秋|端午|清明|五一|十一|过年|年假|假期|放假|假日|周[一二三四五六日]|星期|礼拜|双休|工作日|平日|[雨雪雾]天|雨雪|台风|高温|暴[雨雪]|恶劣|天气|冬[季天]|夏[季天]|"
    r"\d\s*[点时:]|[早晚]上|晚间|夜[里晚间]|深夜|凌晨|上午|下午|中午|午[休间]|临时|优惠|折扣|退换|退货|换货|退款|赠品|积分|会员|拆旧|以旧换新|打孔|接水|接电|改造|第三方|非本|二手|进口|海外|水货|"
    r"恢复|复工|复业|重启|重新|解除|不再(?:受|有)?限"
)
# What a remark takes out that is no place: fees, goods, days, damage.
OF_THINGS = re.compile(
    r"费|配件|零件|材料|耗材|含?税|发票|节假日|法定|假期|周[末一二三四五六日]|双休|春节|国庆|人为|损坏|损伤|进水|保修|质保|三包|赠品|价格|型号|机型|不可抗力|天气|大件|小件"
)
_BUT = re.compile(
    r"(?:可以?|能|支持|包)[^,，。;不未无没]{1,8}(?:但|而|却)[^,，。;]{0,4}[不未无没]|[只仅][^,，。;不未无没]{1,6}不"
)  # 可发货但不安装
# Some refusal in words that are not known: never a yes.
_ANY_NOT = re.compile(r"[未没不无非除撤停禁拒缺退勿]|\b(?:not|no|never|without|un\w+ed)\b", re.I)
# Where something is or comes from; with a word of service beside it it is no more than a name.
_ELSEWHERE = re.compile(
    r"招聘|加盟|户籍|籍贯|产地|发货地|仓库?|工厂|总部|注册|法院|原告|被告|作者|来源|参考|\b(?:headquarters?|factory|registered)\b",
    re.I,
)
_SERVED = re.compile(
    r"(?:已经?|仅|只|现|可)(?:上线|开放|入驻|进驻|启用)|可(?:预?约|接单|下单)|在营|服务|售后|维修|上门|网点|覆盖|开通|受理|承接|支持|配送|派送|送货|发货|直达|可[送达发到]|包邮|免邮|代码|编码|包安装|包送|适用|区域|地区|范围|(?<![丰兴凤双塔增宜宣应晋枝桐永海潞白盐禹聊肥藁诸运邹鄂阿青韩项麻])城市|省份|市区|城区|主城|郊区?|近郊|远郊|区县|县区|县市|乡镇|县域|"
    r"辖区|区划|名单|名录|列表|一览|清单|目录|如下|包括|包含|涵盖|含|全境|大区|片区|[一二三四五六七八九十\dA-EⅠ-Ⅴ][类档区级线批期](?:地区|区域|城市)?|第[一二三四五六七八九十\d]+[类档区级批组部]|"
    r"(?:小时|天|日|时|次日|当日|隔日)内?达$|辐射|负责|管辖|所辖|下辖|下属|分布|站点|门店|中心|安装|清洗|保养|回收|检修|加氟|移机|客服|热线|电话|运营|分公司|分部|办事处|\b(?:services?|coverage|cover(?:s|ed)?|areas?|cit(?:y|ies)|regions?|"
    r"provinces?|districts?|count(?:y|ies)|deliver\w*|ship\w*|available|serv(?:e|es|ed|ing)|locations?|outlets?|support\w*|zones?|branch\w*|includ\w*)\b",
    re.I,
)
GROUP = re.compile(
    r"(?:华[东北中南西]|[东西][南北]|东北|江浙沪|京津冀|长三角|珠三角|环渤海|大湾区|两广|两湖|川渝|云贵)(?:大?区|地区|片区|区域|[一二两三四五六七八九]省)?$"
)
_YES = re.compile(
    r"(?:是|有|可以?|能|√|✓|✔|☑|✅|●|○?yes|y|已?开通|已?覆盖|支持|正常|服务中|营业中?|在营|正常(?:服务|营业|运营|接单)?|可上门|可服务|可(?:预?约|下单|接单)|已?上线|已?开放|运营中|全部|t|true|ok|open|active|in service|1)$",
    re.I,
)
_NO = re.compile(
    r"(?:否|无|没有?|×|✗|✘|❌|❎|✖|🚫|⛔|🔴|🙅|👎|🛑|🈲|☐|x|╳|☒|no|n|不(?:可以?|行|能|会|支持)?|未|暂无|不能|f|false|0|-|—|/|停|关闭|关停|停业|停约|约满|停单|已?撤|closed|inactive|stopped|suspended)$",
    re.I,
)


def sense_of(text: str) -> str:
    """The sense of a heading or a label; "" where it says nothing that is known."""
    said = _HARMLESS_NOT.sub("", _FEE.sub("费", text))
    if _NOT_YET.search(said):
        return NOT_YET
    if _CONDITION.search(said):
        return UNCLEAR
    refusals = len(NOT.findall(said))
    if refusals and _BUT.search(said):
        return UNCLEAR
    if refusals and (_OF_ELSE.search(said) or _TWICE.search(text)):
        return UNCLEAR
    if refusals:
        # 除外以外, 不包括不支持的: who says no twice may mean anything.
        return NOT_SERVED if refusals == 1 and not re.search(r"是否|有无", said) else UNCLEAR
    if _UNCLEAR.search(said) or _ANY_NOT.search(said) or SENT.search(said):
        return UNCLEAR
    if said != text or _SERVED.search(said) or GROUP.search(said):
        return SERVED
    return UNCLEAR if _ELSEWHERE.search(said) else ""


def answer_of(cell: str) -> str:
    """The sense of a cell below a question (是否覆盖): yes, no, not yet; "" for an empty one."""
    cell = cell.replace("\ufe0f", "").strip(" .。!()")
    if not cell:
        return ""
    if _YES.match(cell):
        return SERVED
    if _NO.match(cell):
        return NOT_SERVED
    if _NOT_YET.search(cell):
        return NOT_YET
    return NOT_SERVED if NOT.fullmatch(cell) else UNCLEAR
