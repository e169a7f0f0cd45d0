"""What a file may bring in: the fields of each kind of record, and the column names by which we know them."""

from __future__ import annotations

from dataclasses import dataclass

from kam.language import N_

TEXT, DECIMAL, INTEGER, DATE, KEY, CODE = "text", "decimal", "integer", "date", "key", "code"


@dataclass(frozen=True, slots=True)
class Field:
    """`kind` decides how a cell is read; `names` are header names, lower case and without punctuation."""

    name: str
    title: str
    kind: str = TEXT
    required: bool = False
    length: int = 300
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileKind:
    """`needs` lists sets of fields of which at least one must be mapped to a column."""

    name: str
    title: str
    fields: tuple[Field, ...]
    needs: tuple[frozenset[str], ...]

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split("|"))


CUSTOMERS = FileKind(
    "customers",
    N_("Customers"),
    (
        Field(
            "key",
            N_("Customer key"),
            KEY,
            length=120,
            names=_names(
                "customer id|customerid|customer no|customer number|customer key|account id|account number|id|key|code"
                "|customer code|客户编号|客户代码|客户号|客户id|编号|客戶編號|客戶代碼|客戶號|編號|统一编码|統一編碼"
            ),
        ),
        Field(
            "name",
            N_("Name"),
            required=True,
            names=_names(
                "name|customer|customer name|account|account name|company|company name|organisation|organization"
                "|客户|客户名称|公司|公司名称|名称|单位名称|客戶|客戶名稱|公司名稱|名稱|單位名稱"
            ),
        ),
        Field("name_zh", N_("Chinese name"), names=_names("name zh|chinese name|中文名|中文名称|中文名稱|中文名字")),
        Field(
            "parent",
            N_("Parent company"),
            names=_names(
                "parent|parent company|subsidiary of|group|holding|母公司|上级公司|上級公司|集团|集團|隶属|隸屬"
            ),
        ),
        Field(
            "industry", N_("Industry"), length=120, names=_names("industry|sector|branch|segment|行业|行業|产业|產業")
        ),
        Field(
            "employees",
            N_("Employees"),
            INTEGER,
            names=_names("employees|number of employees|staff|headcount|员工数|員工數|员工人数|員工人數|人数|人數"),
        ),
        Field(
            "country",
            N_("Country"),
            length=120,
            names=_names("country|country region|office location|nation|国家|國家|国家地区|國家地區|国别|國別"),
        ),
        Field(
            "region",
            N_("Region"),
            length=120,
            names=_names("region|state|province|state province|area|地区|地區|区域|區域|省份|省|大区|大區"),
        ),
        Field("city", N_("City"), length=120, names=_names("city|town|城市|市")),
        Field(
            "address", N_("Address"), length=2000, names=_names("address|street|street address|地址|通讯地址|通訊地址")
        ),
        Field("website", N_("Website"), names=_names("website|web|url|homepage|网站|網站|网址|網址")),
        Field(
            "phone",
            N_("Phone"),
            length=60,
            names=_names("phone|telephone|tel|phone number|电话|電話|联系电话|聯繫電話"),
        ),
        Field(
            "email", N_("E-mail"), length=320, names=_names("email|e mail|mail|邮箱|郵箱|电子邮件|電子郵件|电邮|電郵")
        ),
        Field("source", N_("Source"), length=120, names=_names("source|lead source|来源|來源|客户来源|客戶來源")),
        Field(
            "tax_number",
            N_("Tax number"),
            length=60,
            names=_names(
                "tax number|vat|vat number|tax id|税号|稅號|纳税人识别号|納稅人識別號|统一社会信用代码|統一社會信用代碼"
            ),
        ),
        Field("currency", N_("Currency"), CODE, length=3, names=_names("currency|币种|幣種|货币|貨幣")),
        Field(
            "credit_limit",
            N_("Credit limit"),
            DECIMAL,
            names=_names("credit limit|信用额度|信用額度|授信额度|授信額度"),
        ),
        Field(
            "owner",
            N_("Owner"),
            names=_names(
                "owner|account manager|sales agent|sales rep|salesperson|负责人|負責人|客户经理|客戶經理|业务员|業務員"
            ),
        ),
        Field("team", N_("Team"), names=_names("team|sales team|department|团队|團隊|部门|部門|销售团队|銷售團隊")),
        Field(
            "notes", N_("Notes"), length=20000, names=_names("notes|note|remarks|comment|comments|备注|備註|说明|說明")
        ),
    ),
    (frozenset({"name"}),),
)

_CUSTOMER_OF_RECORD = (
    Field(
        "customer",
        N_("Customer key or name"),
        KEY,
        names=_names(
            "customer id|customerid|customer no|customer number|customer key|customer|customer code|account id|account"
            "|account name|client|client id|客户编号|客户代码|客户号|客户|客户id|客戶編號|客戶代碼|客戶號|客戶|购货单位|購貨單位"  # noqa: E501
        ),
    ),
    Field(
        "customer_name",
        N_("Customer name"),
        names=_names("customer name|company name|company|client name|客户名称|客戶名稱|公司名称|公司名稱"),
    ),
)

ORDERS = FileKind(
    "orders",
    N_("Orders with lines"),
    (
        Field(
            "number",
            N_("Order number"),
            KEY,
            required=True,
            length=60,
            names=_names(
                "order id|orderid|order no|order number|order|invoice|invoiceno|invoice no|invoice number|number"
                "|订单号|订单编号|单号|单据编号|訂單號|訂單編號|單號|單據編號|发票号|發票號"
            ),
        ),
        *_CUSTOMER_OF_RECORD,
        Field(
            "ordered_on",
            N_("Order date"),
            DATE,
            required=True,
            names=_names(
                "order date|orderdate|invoicedate|invoice date|date|ordered on|订单日期|日期|下单日期|下单时间|訂單日期|下單日期"  # noqa: E501
                "|下單時間|单据日期|單據日期|开票日期|開票日期"
            ),
        ),
        Field(
            "product",
            N_("Product code"),
            KEY,
            length=60,
            names=_names(
                "product id|productid|product code|stockcode|stock code|sku|item|item code|item no|product|商品编号|商品代码"  # noqa: E501
                "|产品编号|产品代码|货号|商品編號|商品代碼|產品編號|產品代碼|貨號|物料编码|物料編碼"
            ),
        ),
        Field(
            "description",
            N_("Product name or description"),
            names=_names(
                "description|product name|productname|item name|item description|product description|商品名称|产品名称|品名"  # noqa: E501
                "|商品|产品|商品名稱|產品名稱|產品|描述"
            ),
        ),
        Field(
            "family",
            N_("Product family"),
            length=120,
            names=_names(
                "category|product category|family|product family|series|类别|類別|品类|品類|系列|产品系列|產品系列"
            ),
        ),
        Field("quantity", N_("Quantity"), DECIMAL, names=_names("quantity|qty|units|pieces|数量|數量|件数|件數")),
        Field(
            "unit_price",
            N_("Unit price"),
            DECIMAL,
            names=_names("unitprice|unit price|price|sales price|单价|單價|价格|價格|售价|售價"),
        ),
        Field(
            "amount",
            N_("Amount of the line"),
            DECIMAL,
            names=_names(
                "amount|line total|line amount|sales|total|revenue|net amount|金额|金額|销售额|銷售額|小计|小計|总价|總價"  # noqa: E501
            ),
        ),
        Field(
            "unit_cost",
            N_("Unit cost"),
            DECIMAL,
            names=_names("unit cost|cost|cost price|成本|单位成本|單位成本|成本价|成本價"),
        ),
        Field("profit", N_("Profit of the line"), DECIMAL, names=_names("profit|margin|gross profit|利润|利潤|毛利")),
        Field("currency", N_("Currency"), CODE, length=3, names=_names("currency|币种|幣種|货币|貨幣")),
        Field("channel", N_("Channel"), length=20, names=_names("channel|sales channel|渠道|销售渠道|銷售渠道|通路")),
        Field(
            "country",
            N_("Country of a new customer"),
            length=120,
            names=_names("country|country region|国家|國家|国家地区|國家地區"),
        ),
        Field(
            "region",
            N_("Region of a new customer"),
            length=120,
            names=_names("region|state province|地区|地區|区域|區域"),
        ),
    ),
    (
        frozenset({"number"}),
        frozenset({"customer", "customer_name"}),
        frozenset({"ordered_on"}),
        frozenset({"unit_price", "amount"}),
    ),
)

OPPORTUNITIES = FileKind(
    "opportunities",
    N_("Opportunities"),
    (
        Field(
            "key",
            N_("Opportunity key"),
            KEY,
            length=120,
            names=_names(
                "opportunity id|opportunityid|deal id|opportunity key|id|key|商机编号|商機編號|机会编号|機會編號"
            ),
        ),
        *_CUSTOMER_OF_RECORD,
        Field(
            "name",
            N_("Name"),
            names=_names(
                "name|opportunity|opportunity name|deal|deal name|title|商机|商機|商机名称|商機名稱|名称|名稱"
            ),
        ),
        Field(
            "product",
            N_("Product code or name"),
            names=_names(
                "product|product name|product code|product id|产品|產品|商品|产品名称|產品名稱|产品编号|產品編號"
            ),
        ),
        Field(
            "stage",
            N_("Stage"),
            length=40,
            names=_names("stage|deal stage|status|sales stage|阶段|階段|状态|狀態|销售阶段|銷售階段"),
        ),
        Field(
            "amount",
            N_("Amount"),
            DECIMAL,
            names=_names(
                "amount|value|close value|deal value|expected revenue|revenue|金额|金額|预计金额|預計金額|成交金额|成交金額"  # noqa: E501
            ),
        ),
        Field("currency", N_("Currency"), CODE, length=3, names=_names("currency|币种|幣種|货币|貨幣")),
        Field("probability", N_("Probability"), INTEGER, names=_names("probability|概率|機率|可能性|赢率|贏率")),
        Field(
            "engaged_on",
            N_("Engaged on"),
            DATE,
            names=_names(
                "engage date|engaged on|start date|created|created on|created date|开始日期|開始日期|创建日期|創建日期"
            ),
        ),
        Field(
            "expected_on",
            N_("Expected on"),
            DATE,
            names=_names(
                "expected on|expected close|expected close date|due date|预计成交日期|預計成交日期|预计日期|預計日期"
            ),
        ),
        Field(
            "closed_on",
            N_("Closed on"),
            DATE,
            names=_names("close date|closed on|closed date|end date|关闭日期|關閉日期|成交日期|结束日期|結束日期"),
        ),
        Field(
            "owner",
            N_("Owner"),
            names=_names(
                "owner|sales agent|sales rep|salesperson|account manager|负责人|負責人|业务员|業務員|客户经理|客戶經理"
            ),
        ),
        Field(
            "lost_reason",
            N_("Reason of the loss"),
            length=2000,
            names=_names("lost reason|loss reason|reason|输单原因|輸單原因|丢单原因|丟單原因|原因"),
        ),
        Field(
            "notes", N_("Notes"), length=20000, names=_names("notes|note|remarks|comment|comments|备注|備註|说明|說明")
        ),
    ),
    (frozenset({"customer", "customer_name"}), frozenset({"key", "name"})),
)

PRODUCTS = FileKind(
    "products",
    N_("Products"),
    (
        Field(
            "code",
            N_("Product code"),
            KEY,
            length=60,
            names=_names(
                "code|product code|product id|productid|sku|stockcode|stock code|item no|商品编号|商品代码|产品编号|产品代码"  # noqa: E501
                "|货号|商品編號|商品代碼|產品編號|產品代碼|貨號"
            ),
        ),
        Field(
            "name",
            N_("Name"),
            required=True,
            names=_names(
                "name|product|product name|description|item name|商品名称|产品名称|品名|名称|产品|商品名稱|產品名稱|名稱|產品"  # noqa: E501
            ),
        ),
        Field("name_zh", N_("Chinese name"), names=_names("name zh|chinese name|中文名|中文名称|中文名稱")),
        Field(
            "family",
            N_("Product family"),
            length=120,
            names=_names("family|series|category|product family|系列|类别|類別|品类|品類|产品系列|產品系列"),
        ),
        Field(
            "list_price",
            N_("List price"),
            DECIMAL,
            names=_names("list price|price|sales price|unit price|标价|標價|价格|價格|单价|單價|售价|售價"),
        ),
        Field("cost", N_("Cost"), DECIMAL, names=_names("cost|unit cost|cost price|成本|成本价|成本價")),
        Field("currency", N_("Currency"), CODE, length=3, names=_names("currency|币种|幣種|货币|貨幣")),
    ),
    (frozenset({"name"}),),
)

KINDS = {kind.name: kind for kind in (CUSTOMERS, ORDERS, OPPORTUNITIES, PRODUCTS)}
