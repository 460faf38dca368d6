#!/usr/bin/env python3
"""Writes licences.csv, broken.csv, files/*.pdf and cases/ next to this script. Python's standard library only.

Everything is synthetic and comes from one seed: running the script again gives the same files, byte for byte.
Regions within identity numbers and credit codes are 6599xx, which no county has, so that no real person or
organisation can carry one of them. Names are put together from lists.
"""

import csv
import datetime
import hashlib
import io
import json
import pathlib
import random

SEED = 20261121
ROOT = "1.2.156.3005.2"
ISSUER_CODE = "11650000MB1A0001XQ"
ISSUER_NAME = "示范区市场监督管理局"
FOREIGN_ISSUER_CODE = "11220000013544541J"
HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = [
    "certificate_identifier", "certificate_type_name", "certificate_name", "holder_name", "holder_code",
    "holder_code_type", "issuing_authority_name", "issuing_authority_code", "issued_on", "valid_from",
    "valid_until", "region_code", "file",
]

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CREDIT_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
REGIONS = ["650100", "650200", "650400", "650500", "652300", "652700", "652800", "652900", "653000", "653100",
           "653200", "654000", "654200", "654300"]

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN = "安博晨丹恩帆刚海佳凯兰明宁平清荣山涛文欣雅泽志卓"
PLACES = ["天山", "昆仑", "塔河", "绿洲", "雪莲", "胡杨", "丝路", "博格达", "赛里木", "喀纳斯", "瀚海", "金沙"]
TRADES = ["商贸", "建筑工程", "信息技术", "农业科技", "物流", "餐饮管理", "纺织", "能源", "文化旅游", "果业"]


# -- Codes and their check characters -------------------------------------------------------------------------------

def identifier(type_code, serial, version="001", issuer=ISSUER_CODE):
    """GB/T 36904; check character by ISO 7064 MOD 37,36."""
    product = 36
    for character in type_code + issuer + serial + version:
        total = (product + ALPHANUMERIC.index(character)) % 36
        product = (total or 36) * 2 % 37
    check = ALPHANUMERIC[(37 - product) % 36]
    return f"{ROOT}.{type_code}.{issuer}.{serial}.{version}.{check}"


def second_variant(type_code, serial, version="001", issuer=ISSUER_CODE):
    """The same with the check character of a widespread deviating implementation."""
    product = 36
    for character in type_code + issuer + serial + version:
        value = ALPHANUMERIC.index(character)
        total = product + value + (1 if value > 9 else 0)
        if value > 9 and total > 37:
            total %= 37
        product = (total % 36 or 36) * 2 % 37
    return f"{ROOT}.{type_code}.{issuer}.{serial}.{version}.{ALPHANUMERIC[36 - product]}"


def organisation_code(body):
    """GB 11714: eight characters and their check character."""
    total = sum(w * ALPHANUMERIC.index(c) for w, c in zip([3, 7, 9, 10, 5, 8, 4, 2], body))
    return body + "0123456789X"[(11 - total % 11) % 11]


def credit_code(prefix, body):
    """GB 32100: department, kind and region, the organisation's code, a check character."""
    text = prefix + organisation_code(body)
    total = sum(pow(3, i, 31) * CREDIT_CODE.index(c) for i, c in enumerate(text))
    return text + CREDIT_CODE[(31 - total % 31) % 31]


def identity_number(region, birth, sequence):
    """GB 11643."""
    text = f"{region}{birth}{sequence:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return text + "10X98765432"[sum(w * int(c) for w, c in zip(weights, text)) % 11]


def defining_authority(body, number):
    """A made-up authority of the central level, for kinds of licences that no public list names."""
    return credit_code("11100000", body) + number


# -- Licences -------------------------------------------------------------------------------------------------------

def type_of(code, type_name, name, holder, years, count):
    return dict(code=code, type_name=type_name, name=name, holder=holder, years=years, count=count)


TYPES = [
    type_of("11100000MB0143028R001", "营业执照", "营业执照", "organisation", None, 200),
    type_of("11100000000013338W032", "建筑施工特种作业操作资格证", "建筑施工特种作业操作资格证书", "person", 2, 110),
    type_of("11100000000013338W011", "安管人员考核合格证", "建筑施工企业安全生产管理人员考核合格证书", "person", 3, 100),
    type_of("11100000000013338W001", "二级建造师注册证书", "二级建造师注册证书", "person", 3, 80),
    type_of("11100000MB03271699022", "不动产权证", "不动产权证书", "person", None, 60),
    type_of("111000000000131433001", "婚姻证", "结婚证", "person", None, 40),
    # Not in the published lists: a consortium would add the kind to its registry.
    type_of(defining_authority("MBDEM001", "901"), "食品经营许可证", "食品经营许可证", "organisation", 5, 50),
]


def compact(date):
    return date.strftime("%Y%m%d")


def person_name(rng):
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice([1, 2, 2])))


def organisation_name(rng):
    return f"示范{rng.choice(PLACES)}{rng.choice(GIVEN)}{rng.choice(GIVEN)}{rng.choice(TRADES)}有限公司"


def person_code(rng):
    birth = datetime.date(1960, 1, 1) + datetime.timedelta(days=rng.randrange(15_000))
    return identity_number(f"6599{rng.randrange(100):02d}", compact(birth), rng.randrange(1, 1000))


def organisation_holder_code(rng):
    body = "MA" + "".join(rng.choice(CREDIT_CODE) for _ in range(6))
    return credit_code(f"916599{rng.randrange(100):02d}", body)


def licence(rng, kind, number):
    issued = datetime.date(2022, 1, 4) + datetime.timedelta(days=rng.randrange(1_750))
    until = "长期" if kind["years"] is None else compact(
        issued.replace(year=issued.year + kind["years"], day=min(issued.day, 28)) - datetime.timedelta(days=1))
    is_person = kind["holder"] == "person"
    row = dict.fromkeys(COLUMNS, "")
    row.update(
        # Fourteen digits: not to be taken for a telephone number (11) or an identity number (18).
        certificate_identifier=identifier(kind["code"], f"{compact(issued)}{number:06d}"),
        certificate_type_name=kind["type_name"],
        certificate_name=kind["name"],
        holder_name=person_name(rng) if is_person else organisation_name(rng),
        holder_code=person_code(rng) if is_person else organisation_holder_code(rng),
        holder_code_type="111" if is_person else "001",
        issuing_authority_name=ISSUER_NAME,
        issuing_authority_code=ISSUER_CODE,
        issued_on=compact(issued),
        valid_from=compact(issued),
        valid_until=until,
        region_code=rng.choice(REGIONS),
    )
    return row


def licences():
    rng = random.Random(SEED)
    rows = []
    for kind in TYPES:
        of_kind = [licence(rng, kind, len(rows) + index + 1) for index in range(kind["count"])]
        for index, row in enumerate(of_kind[:2]):
            row["file"] = f"files/{kind['code'][-3:]}-{index + 1}-{row['certificate_identifier'].split('.')[-3]}.pdf"
        rows += of_kind
    rng.shuffle(rows)
    return rows


# -- Rows with faults -----------------------------------------------------------------------------------------------

def line(values):
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(values)
    return buffer.getvalue()


def changed(row, **values):
    return line([{**row, **values, "file": ""}[column] for column in COLUMNS])


def flip(text, position):
    """Another digit at the position."""
    digit = str((int(text[position]) + 1) % 10)
    return text[:position] + digit + text[position + 1:]


def broken_lines(rows):
    """Sound rows with every kind of fault among them; the comment before each says what is wrong."""
    people = [row for row in rows if row["holder_code_type"] == "111"]
    firms = [row for row in rows if row["holder_code_type"] == "001"]
    p, f = iter(people), iter(firms)
    out = [changed(next(p)), changed(next(f))]

    # Identifier: check character, alphabet, version, structure, root, length.
    row = next(p)
    right = row["certificate_identifier"]
    out.append(changed(row, certificate_identifier=right[:-1] + ("A" if right[-1] != "A" else "B")))
    row = next(p)
    out.append(changed(row, certificate_identifier=flip(row["certificate_identifier"], 60)))
    row = next(p)
    out.append(changed(row, certificate_identifier=row["certificate_identifier"].replace(".001.", ".000.")))
    row = next(p)
    out.append(changed(row, certificate_identifier=row["certificate_identifier"].replace(".001.", ".1.")))
    row = next(p)
    out.append(changed(row, certificate_identifier=row["certificate_identifier"].lower()))
    row = next(p)
    out.append(changed(row, certificate_identifier=row["certificate_identifier"][:-2]))
    row = next(p)
    out.append(changed(row, certificate_identifier=row["certificate_identifier"].replace("1.2.156", "1.2.840", 1)))
    row = next(p)
    out.append(changed(row, certificate_identifier=row["certificate_identifier"].replace(".001.", "7" * 51 + ".001.")))
    row = next(p)
    out.append(changed(row, certificate_identifier=""))

    # Known deviations: refused on issue, taken with a warning from a library.
    row = next(row for row in f if row["certificate_type_name"] == TYPES[0]["type_name"])
    out.append(changed(row, certificate_identifier=second_variant(TYPES[0]["code"], "2026112000A1B2C3")))
    row = next(row for row in f if row["certificate_type_name"] == TYPES[0]["type_name"])
    out.append(changed(row, certificate_identifier=identifier(TYPES[0]["code"], "000000016", issuer="650100")))
    row = next(f)
    right = row["holder_code"]
    out.append(changed(row, holder_code=right[:-1] + ("1" if right[-1] != "1" else "2")))

    # Dates.
    out.append(changed(next(p), issued_on="20230229"))
    out.append(changed(next(p), valid_from="2024-01-01"))
    out.append(changed(next(p), valid_from="20251301"))
    out.append(changed(next(p), valid_from="20240601", valid_until="20240531"))
    out.append(changed(next(p), issued_on=""))

    # Holder.
    row = next(p)
    out.append(changed(row, holder_code=flip(row["holder_code"], 15)))
    row = next(p)
    out.append(changed(row, holder_code=row["holder_code"][:6] + "19901340" + row["holder_code"][14:]))
    row = next(p)
    out.append(changed(row, holder_code="99" + row["holder_code"][2:]))
    row = next(p)
    out.append(changed(row, holder_code=row["holder_code"][:17]))
    out.append(changed(next(p), holder_code_type="414"))
    out.append(changed(next(p), holder_code_type=""))
    out.append(changed(next(p), holder_code_type="001"))
    row = next(f)
    out.append(changed(row, holder_code=row["holder_code"].replace("MA", "MO")))
    out.append(changed(next(p), holder_name=""))
    out.append(changed(next(p), holder_name="长" * 201))
    out.append(changed(next(p), holder_name="王\u202e明"))

    # Issuer, region, kind, file.
    row = next(row for row in p if row["certificate_type_name"] == TYPES[1]["type_name"])
    out.append(changed(
        row, certificate_identifier=identifier(TYPES[1]["code"], "2430599", issuer=FOREIGN_ISSUER_CODE),
        issuing_authority_name="另一地区住房和城乡建设厅", issuing_authority_code=FOREIGN_ISSUER_CODE))
    out.append(changed(next(p), issuing_authority_code=FOREIGN_ISSUER_CODE))
    out.append(changed(next(p), region_code="990100"))
    out.append(changed(next(p), region_code="6501"))
    out.append(changed(next(f), certificate_type_name="结婚证"))
    for path in ["../../etc/passwd", "/etc/passwd", "files\\a.pdf"]:
        out.append(changed(next(p)).rstrip(",") + "," + path)

    # The line itself: too few values, too many, quotation marks, control characters, a duplicate.
    out.append(changed(next(p)).rsplit(",", 3)[0])
    out.append(changed(next(p)) + ",extra")
    out.append(changed(next(p), holder_name="@").replace("@", '"没有结束的引号'))
    out.append(changed(next(p), holder_name="@").replace("@", '李"明'))
    out.append(changed(next(p), holder_name="@").replace("@", "张\x07三"))
    out.append(out[0])
    out.append("这不是一行数据")

    # Several faults at once, and sound rows at the end: what is broken before them does not touch them.
    out.append(changed(next(p), issued_on="20231131", region_code="abc", holder_code="1"))
    out.append(changed(next(f), holder_name='示范“引号”"逗号", 商贸有限公司'))
    out.append(changed(next(p)))
    return out


# -- PDF ------------------------------------------------------------------------------------------------------------

LABELS = [
    ("证照标识", "certificate_identifier"), ("证照类型", "certificate_type_name"), ("持证主体", "holder_name"),
    ("持证主体代码", "holder_code"), ("颁发机构", "issuing_authority_name"), ("颁发机构代码", "issuing_authority_code"),
    ("颁发日期", "issued_on"), ("有效期起", "valid_from"), ("有效期止", "valid_until"), ("属地编码", "region_code"),
]


def chinese(text):
    """UTF-16BE in hexadecimal, as the encoding UniGB-UCS2-H takes it."""
    return f"<{text.encode('utf-16-be').hex().upper()}>"


def is_latin(text):
    return all(0x20 <= ord(c) < 0x7F for c in text)


def show(text, x, y, size):
    font, shown = ("F2", f"({text})") if is_latin(text) else ("F1", chinese(text))
    return f"BT /{font} {size} Tf 1 0 0 1 {x} {y} Tm {shown} Tj ET"


def page(name, rows):
    size = 26 if len(name) <= 12 else 20
    commands = ["0.6 0.1 0.1 RG 2 w 40 40 515 762 re S 0.5 w 46 46 503 750 re S",
                show(name, round(297.5 - len(name) * size / 2, 1), 730, size),
                show("合成数据，仅供演示", 237, 700, 13.5),
                show("SYNTHETIC DATA FOR DEMONSTRATION", 203, 682, 10)]
    for index, (label, value) in enumerate(rows):
        y = 630 - 44 * index
        commands += [show(label, 70, y, 12), show(value, 170, y, 8.5 if len(value) > 50 else 12),
                     f"0.8 0.8 0.8 RG 0.5 w 70 {y - 12} m 525 {y - 12} l S"]
    return "\n".join(commands).encode("ascii")


def licence_pdf(row):
    return pdf(row["certificate_name"], [(label, row[column]) for label, column in LABELS])


def pdf(name, rows):
    """A PDF 1.4 document (ISO 32000) with one page; the fonts are the predefined ones, none is embedded."""
    stream = page(name, rows)
    title = "FEFF" + name.encode("utf-16-be").hex().upper()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R\n"
        b"   /Resources << /Font << /F1 5 0 R /F2 8 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H\n"
        b"   /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light\n"
        b"   /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>\n"
        b"   /DW 1000 /FontDescriptor 7 0 R >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]\n"
        b"   /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title <%s> /Producer (generate.py) >>" % title.encode("ascii"),
    ]
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    identity = hashlib.sha256(stream).hexdigest()[:32].upper().encode("ascii")
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 9 0 R /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, identity, identity, start)
    return bytes(out)


# -- Cases ----------------------------------------------------------------------------------------------------------

FIELD_TITLES = {
    "enterprise-name": "企业名称", "enterprise-type": "企业类型", "business-scope": "经营范围", "address": "住所",
    "registered-capital": "注册资本", "legal-representative": "法定代表人",
    "legal-representative-ref": "身份核验引用", "investors": "投资人", "directors": "董事监事高管",
    "liaison": "联络员", "signatures": "实名电子签名",
}
OPENING_PAPERS = {
    "application-form": ("公司登记（备案）申请书", [
        "enterprise-name", "enterprise-type", "business-scope", "address", "registered-capital",
        "legal-representative", "legal-representative-ref", "investors", "directors", "liaison"]),
    "articles": ("公司章程", [
        "enterprise-name", "business-scope", "address", "registered-capital", "investors"]),
    "office-documents": ("身份与任职文件", [
        "legal-representative", "legal-representative-ref", "investors", "directors"]),
    "address-proof": ("住所使用承诺", ["address"]),
    "name-declaration": ("企业名称自主申报告知书", ["enterprise-name"]),
}
DEREGISTRATION_PAPERS = {
    "application-form": ("企业注销登记申请书", ["enterprise-name", "signatures"]),
    "promise": ("全体投资人承诺书", ["enterprise-name", "investors", "signatures"]),
}


def opening(rng):
    """The licence that registration issues, what is handed in, and what the tax authority has corrected."""
    kind = TYPES[0]
    row = dict(licence(rng, kind, 910001), issued_on="20260901", valid_from="20260901")
    row["certificate_identifier"] = identifier(kind["code"], "20260901910001")
    person, other = person_name(rng), person_name(rng)
    items = {
        "enterprise-name": row["holder_name"], "enterprise-type": "有限责任公司（自然人投资）",
        "business-scope": "纺织品、针织品及服装的批发和零售", "address": "示范区演示路1号", "region": row["region_code"],
        "registered-capital": "100万元", "legal-representative": person,
        "legal-representative-ref": "IDV-DEMO-0001", "investors": f"{person} 60%、{other} 40%",
        "directors": f"执行董事 {person}、监事 {other}", "liaison": other,
        "signatures": "SIG-DEMO-0001、SIG-DEMO-0002",
        "handling-agent": other, "contribution-rate": "12%", "contribution-start": "2026-12",
        "seal-maker": "示范印章制作中心", "seal-kinds": "公章、财务专用章、发票专用章", "seal-delivery": "自取",
        "financial-officer-ref": "IDV-DEMO-0002", "tax-handler-ref": "IDV-DEMO-9999",
    }
    return row, items, {"tax-handler-ref": "IDV-DEMO-0003"}


def deregistration(enterprise, number, investors):
    return {"enterprise-name": enterprise, "investors": investors, "signatures": f"SIG-DEMO-{number}"}


# -- Files ----------------------------------------------------------------------------------------------------------

def write(name, lines):
    text = "".join(each + "\n" for each in [",".join(COLUMNS)] + lines)
    (HERE / name).write_bytes(text.encode("utf-8"))


def write_items(folder, name, items):
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(items, ensure_ascii=False, indent=2) + "\n"
    (folder / name).write_bytes(text.encode("utf-8"))


def write_case(folder, items, papers):
    write_items(folder, "items.json", items)
    for name, (title, fields) in papers.items():
        (folder / f"{name}.pdf").write_bytes(pdf(title, [(FIELD_TITLES[field], items[field]) for field in fields]))


def write_cases(rows):
    cases = HERE / "cases"
    row, items, correction = opening(random.Random(SEED + 1))
    write_case(cases / "opening", items, OPENING_PAPERS)
    write_items(cases / "opening", "correction.json", correction)
    write("cases/opening/licence.csv", [line([row[column] for column in COLUMNS])])
    write_case(
        cases / "deregistration", deregistration(row["holder_name"], "0003", items["investors"]),
        DEREGISTRATION_PAPERS)
    # An enterprise that the table has, and that no other step of the demonstration uses.
    other = next(row for row in rows if row["certificate_type_name"] == TYPES[0]["type_name"] and not row["file"])
    write_case(
        cases / "objection", deregistration(other["holder_name"], "0004", "示范投资人甲、示范投资人乙"),
        DEREGISTRATION_PAPERS)
    write("cases/objection/licence.csv", [line([other[column] for column in COLUMNS])])


def main():
    rows = licences()
    write("licences.csv", [line([row[column] for column in COLUMNS]) for row in rows])
    write("broken.csv", broken_lines(rows))
    (HERE / "files").mkdir(exist_ok=True)
    for row in rows:
        if row["file"]:
            (HERE / row["file"]).write_bytes(licence_pdf(row))
    write_cases(rows)


if __name__ == "__main__":
    main()
