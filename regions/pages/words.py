"""The vocabulary of after-sales pages. Words of the genre only: no brand, no place, no page."""

import re

# Longer nouns first, so that 中央空调 is not read as 空调.
_NOUNS = """
消毒柜 热水器 电热水器 燃气热水器 太阳能热水器 空气能热水器 空气能 空调 中央空调 冰箱 冰柜 冷柜
酒柜 洗衣机 干衣机 烘干机 洗碗机 燃气灶 煤气灶 电磁炉 电陶炉 集成灶 油烟机 抽油烟机 烟机
蒸烤箱 蒸箱 烤箱 微波炉 壁挂炉 燃气壁挂炉 锅炉 采暖炉 净水器 净水机 饮水机 纯水机 软水机 电视
电视机 投影仪 智能锁 指纹锁 密码锁 防盗门 门锁 保险柜 保险箱 马桶 智能马桶 马桶盖 浴霸 浴室柜
淋浴房 花洒 卫浴 晾衣架 晾衣机 扫地机 扫地机器人 吸尘器 空气净化器 新风 新风系统 除湿机 加湿器
电风扇 取暖器 地暖 暖气片 电饭煲 豆浆机 破壁机 按摩椅 跑步机 缝纫机 打印机 复印机 电脑 笔记本
手机 平板 相机 摄像头 监控 门窗 车库门 卷帘门 电梯 充电桩 电动车 手表 家电 咖啡机
榨汁机 制冰机 展示柜 洗地机 剃须刀 吹风机 音响 路由器 电动轮椅 热泵 水泵 发电机 叉车 空压机
"""
CATEGORY_NOUNS = tuple(sorted(_NOUNS.split(), key=len, reverse=True))
CATEGORY = re.compile("|".join(CATEGORY_NOUNS))

# The first of these ends the brand and product in a heading.
SERVICE = re.compile(
    r"售后|维修|服务|电话|客服|网点|热线|(?:24|二十四)小时|7[x×*]24|全国|上门|紧急|总部|客户|官方|官网|中心|厂家|统一|特约|授权|附近|各区|各市|"
    r"故障|报修|安装|清洗|保养|移机|加氟|加液|咨询|预约|人工|400|800|号码|指定|全市|全省|本地|同城|今日|质保|保修|联保|厂方|总台|"
    r"\b(?:after-?sales?|repairs?|services?|hotline|support|customer|maintenance|warranty|care)\b",
    re.I,
)
# A heading with one of these names a way to call.
CONTACT = re.compile(
    r"电话|热线|客服|号码|中心|服务点|售后点|维修点|总台|专线|报修|400|\b(?:hotline|phone|tel|call|contact|support)\b",
    re.I,
)
# … unless it heads a list or says something else.
NOT_CONTACT = re.compile(
    r"区域|地区|范围|覆盖|城市|地址|流程|步骤|承诺|须知|项目|优势|[?]|\b(?:areas?|cover(?:age|ed)|regions?|process|steps?)\b",
    re.I,
)
SECTION = re.compile(
    r"流程|步骤|承诺|须知|优势|范围|区域|地区|覆盖|(?<![丰兴凤双塔增宜宣应晋枝桐永海潞白盐禹聊肥藁诸运邹鄂阿青韩项麻])城市|项目|网点|特色|保障|说明|简介|常见问题|\b(?:areas?|coverage|promises?|process|about|steps?|FAQ)\b",
    re.I,
)
# Words by which a sentence talks about a repair service to its customer.
TO_CUSTOMER = re.compile(r"我们|我司|本公司|本店|您|\b(?:we|our|you|your)\b", re.I)
TRADE = re.compile(
    r"维修|售后|上门|配件|零件|工程师|师傅|技师|技术员|客服|报修|安装|检修|保修|质保|\b(?:repair|technician|parts|engineer|service)",
    re.I,
)
PROCESS_HEAD = re.compile(r"流程|步骤|怎么|如何|申请|\b(?:process|how to|steps?)\b", re.I)
PROCESS_VERB = re.compile(
    r"拨打|致电|来电|登记|提交|填写|预约|受理|派单|安排|上门|检测|检查|诊断|报价|确认|维修|更换|验收|试机|付款|支付|结算|评价|回访|反馈|签字|"
    r"\b(?:call|book|register|visit|inspect|quote|confirm|repair|pay|report|choose)",
    re.I,
)
NATIONWIDE = re.compile(
    r"全国(?!人大|人民代表|政协|两会|性)[^。;]{0,14}?(?:小时|统一|联保|各地|各省|各市|服务|网点|热线|客服|覆盖|上门|电话|城市|区域|维修|售后|范围)"
    r"|(?:覆盖|遍布|遍及|面向|服务|辐射)全国|全国各地|\bnation-?wide\b|\ball over china\b",
    re.I,
)
MENU_WORD = re.compile(
    r"^(?:网站)?(?:首页|关于我们|关于|联系我们|产品中心|产品|新闻中心|新闻动态|新闻|登录|注册|下载|导航|返回顶部|返回首页|返回|上一篇|下一篇|更多|分享|收藏"
    r"|网站地图|友情链接|在线留言|招聘|加入我们|服务项目|服务支持|home|about(?: us)?|contact(?: us)?|login|sign in|news|products?|more|back)$",
    re.I,
)
# Words with which a site speaks of its own pages, and of itself: nobody's name, however many stand together.
PAGE_WORDS = re.compile(
    r"(?:网站|站点?|站内|官网|商城|首页|主页|导航|地图|栏目|目录|频道|分类|标签|搜索|查询|返回|顶部|上一[篇页条]|下一[篇页条]|更多|查看|详情|阅读|点击|浏览|分享|收藏|打印|关闭|展开|下载|登[录陆]|注册|退出"
    r"|会员|用户|账号|我的|订单|购物车|新闻|资讯|动态|公告|通知|活动|优惠|案例|视频|图片|相册|评[价论]|留言|反馈|投诉|建议|举报|招商|加盟|合作|招聘|人才|帮助|常见|问题|问答|隐私|条款|协议|声明|免责|版权|所有|备案号?"
    r"|友情|链接|关于|联系|方式|加入|品牌|故事|文化|简介|介绍|历程|荣誉|资质|收费|价格表?|报价|标准|门店|店铺|店面|公司|企业|单位|地址|位置|当前|所在|您?的|热门|推荐|最新|城市|地区|区域|营业|工作|上班|办公|时间|注意|事项|温馨|提示"
    r"|来源|作者|编辑|责编|发布|日期|微信|公众号|小程序|二维码|扫码|在线|产品|中心|home|about|us|contact|news|products?|login|register|more|back|next|previous|menu|search|sitemap|privacy|terms)+",
    re.I,
)
OURSELVES = re.compile(
    r"[本我该此贵](?:[网店站厂司院部所]|网站|平台|公司|中心|门店|单位|机构|商城|企业|集团|处|们|页)|咱们?|大家|小编|站长|店家|商家"
)
# Roles and forms of address: who is called so is a person.
ROLE = re.compile(
    r"(?:负责|联系|经办|对接|收件|值班)人|姓名|经理|店长|站长|[队组]长|主任|主管|老[板师]|师[傅父]|先生|女士|小姐|(?<!售后)(?<!客服)技[师术]员?|业务员|工程师|同志"
    r"|\b(?:mr|mrs|ms|miss|manager|contact person|owner)\b",
    re.I,
)
FOOTER = re.compile(
    r"ICP[备证]|公网安备|copyright|©|版权所有|all rights reserved|技术支持[:]|浏览次数|阅读量", re.I
)
# 首页 > 消毒柜 > 北京: where the reader is, and no list.
BREADCRUMB = re.compile(
    r"\s*(?:(?:您|你)?(?:的|现?在的?)?(?:当前|所在|现在)?的?位置\s*[:>]|(?:[\u4e00-\u9fff]{0,6}(?:首页|主页)|home(?: ?page)?)\s*(?:[>›»→⟩▸▶/|·•\\_–—-]|::)(?!.*(?:[、,;]|(?<!:):(?!:))))",
    re.I,
)
ADDRESS = re.compile(r"^地址\s*:|[路街道巷弄][^,。;、\d]{0,8}\d+(?:弄\d+)?号")
SENTENCE = re.compile(r"[。!?;]")
