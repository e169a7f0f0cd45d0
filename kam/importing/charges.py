"""Codes that wholesalers and marketplaces use for lines that are no product, in capitals."""

CHARGES = (
    "POST", "DOT", "M", "MANUAL", "D", "C2", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK", "POSTAGE", "SHIPPING",
    "FREIGHT", "CARRIAGE", "DISCOUNT", "FEE", "ADJUST", "运费", "運費", "折扣", "手续费", "手續費",
)  # fmt: skip
