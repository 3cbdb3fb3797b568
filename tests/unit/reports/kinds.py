"""Tables in the shapes in which one-stop offices print them, with figures of nobody: each with what does not hold in it
(and nothing else may be found), what cannot be read, and which rules must have had something to compare."""

# ruff: noqa: E501 – a table of cases

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import normalize


@dataclass(frozen=True)
class Kind:
    """`broken`: end of the table's name, rule, printed, computed, gap. `unread`: printed and code."""

    name: str
    text: str
    compared: str
    broken: tuple[tuple[str, str, str, str, float | None], ...] = ()
    unread: tuple[tuple[str, str], ...] = ()


RATINGS = """\
KẾT QUẢ ĐÁNH GIÁ SỰ HÀI LÒNG;;
Mức độ;Số lượt;Tỷ lệ (%)
Rất hài lòng;1.412;{very}
Hài lòng;501;{satisfied}
Không hài lòng;{dissatisfied};0,42
Tổng cộng;{total};100
"""

BY_FIELD = """\
STT;Lĩnh vực;Số hồ sơ tiếp nhận;;;;Số hồ sơ đã giải quyết;;;;Số hồ sơ đang giải quyết;;
;;Tổng số;Trong kỳ;;Từ kỳ trước;Tổng số;Trước hạn;Đúng hạn;Quá hạn;Tổng số;Trong hạn;Quá hạn
;;;Trực tuyến;Trực tiếp, bưu chính;;;;;;;;
(1);(2);(3)=(4)+(5)+(6);(4);(5);(6);(7)=(8)+(9)+(10);(8);(9);(10);(11)=(12)+(13);(12);(13)
1;Hộ tịch;412;300;100;12;400;50;{on_time};3;12;11;1
2;Chứng thực;{second};20;960;0;980;0;980;0;0;0;0
;Tổng số;1.392;320;1.060;12;1.380;50;1.327;3;12;11;1
"""

CARRIED = """\
TT,Đơn vị,Tồn kỳ trước,Tiếp nhận,Đã giải quyết,Tồn cuối kỳ
1,Phường Một,12,530,{resolved},22
2,Phường Hai,0,211,211,0
,Cộng,12,741,{sum},22
"""

WARDS = """\
Phường,Tiếp nhận,Giải quyết trước và đúng hẹn,Trễ hẹn,Đang giải quyết
Toàn quận,"{whole}","2,280",12,52
An Bình,"1,204","1,190",4,10
Công an phường,640,610,8,22
Bình An,500,480,0,20
"""

SECTIONS = """\
TT;Đơn vị;Tiếp nhận;Đã giải quyết;Đang giải quyết
A;Cấp tỉnh;;;
I;Sở Một;{first};28;2
1;Đất đai;20;19;1
2;Môi trường;10;9;1
II;Sở Hai;5;5;0
1;Công Thương;5;5;0
B;Cấp xã;;;
1;Phường Một;7;6;1
2;Phường Hai;8;8;0
;TỔNG CỘNG (A+B);50;47;3
"""

GROUPS = """\
Đơn vị;Lượt khách;Đã đánh giá;Không đánh giá
Quầy 1;120;100;20
Quầy 2;80;60;20
Cộng tầng 1;200;{first};40
Quầy 3;50;50;0
Quầy 4;40;30;10
Cộng tầng 2;90;80;10
Tổng cộng;290;240;50
"""

YEARS = """\
Chỉ tiêu;6 tháng đầu năm 2024;6 tháng đầu năm 2025
Tổng số hồ sơ đã tiếp nhận;3 412;4 018
- Trực tuyến;1 400;2 900
- Trực tiếp và qua bưu chính công ích;2 000;1 100
- Từ kỳ trước chuyển sang;12;{carried}
Tỷ lệ nộp trực tuyến (%);41,18;72,5
"""

FLAT = """\
Lĩnh vực;Tổng số;Trực tuyến;Trực tiếp;Kỳ trước;Tổng số;Trước hạn;Đúng hạn;Quá hạn;Tổng số;Trong hạn;Quá hạn
Hộ tịch;100;60;35;5;95;10;80;{late};5;4;1
"""

OUTLINE = """\
STT;Nội dung;ĐVT;Số liệu
1;Tổng số hồ sơ tiếp nhận;Hồ sơ;1523
1.1;Tiếp nhận trực tuyến;Hồ sơ;1000
1.2;Tiếp nhận trực tiếp, qua BCCI;Hồ sơ;500
1.3;Kỳ trước chuyển qua;Hồ sơ;23
2;Đã giải quyết;Hồ sơ;1500
2.1;Giải quyết trước hạn;Hồ sơ;100
2.2;Giải quyết đúng hạn;Hồ sơ;1390
2.3;Giải quyết trễ hạn;Hồ sơ;{late}
3;Tỷ lệ giải quyết trước và đúng hạn;%;99,33
"""

SESSIONS = """\
Báo cáo từ ngày 01/10/2026 đến ngày 31/10/2026 (số liệu tính đến hết ngày {as_of})
Kèm theo Báo cáo số 12/BC-UBND ngày 05/11/2026
Quầy;Lượt phục vụ;Số lượt đánh giá;Rất hài lòng;Hài lòng;Bình thường;Chưa hài lòng;Thời gian chờ trung bình (phút)
1;320;300;200;80;15;5;12,5
2;280;250;150;90;{neutral};0;9
Tổng;600;550;350;170;25;5;10,8
"""

TWO_TABLES = """\
BẢNG 1. TÌNH HÌNH GIẢI QUYẾT
Lĩnh vực;Tiếp nhận;Đã giải quyết;Chưa giải quyết
Đất đai;90;80;10
Hộ tịch;60;{resolved};5
Tổng;150;135;15
BẢNG 2. Ý KIẾN CỦA CÔNG DÂN
Lĩnh vực;Tổng số phiếu;Rất hài lòng;Hài lòng;Không hài lòng
Đất đai;40;30;9;1
Hộ tịch;20;20;0;0
Tổng;{forms};50;9;1
"""

MERGED = """\
STT;Đơn vị;Tiếp nhận;;;Kết quả giải quyết;;;;;Tỷ lệ đúng hạn (%)
;;Kỳ trước chuyển qua;Mới tiếp nhận;Tổng;Đã giải quyết;;;Đang giải quyết;;
;;;;;Tổng;Đúng hạn;Trễ hạn;Trong hạn;Quá hạn;
1;Phường A;5;95;100;90;89;1;{open};1;{rate}
2;Cộng đồng B;0;50;50;50;50;0;0;0;100
Tổng cộng;;5;145;150;140;139;1;9;1;99,29
"""

PAIRS = """\
Đơn vị;Tổng số phiếu;Rất hài lòng;;Hài lòng;;Không hài lòng;
;;Số phiếu;Tỷ lệ (%);Số phiếu;Tỷ lệ (%);Số phiếu;Tỷ lệ (%)
Phường A;200;150;75;48;{share};2;1
Phường B;100;90;90;9;9;1;1
Cộng;300;240;80;57;19;{unhappy};1
"""

PENDING = """\
Nhóm;Nội dung;Số liệu;Tăng/giảm
Đang giải quyết;Tổng số;{whole};-3
;Trong hạn;8;1
;Quá hạn;2;-4
Đã giải quyết;Tổng số;91;5
;Đúng hạn;88;5
;Quá hạn;3;0
"""

CATALOGUE = """\
Đơn vị;Tổng số TTHC;DVC toàn trình;DVC một phần;Còn lại
Sở A;224;132;71;21
Tổng cộng cấp tỉnh;224;132;71;21
Xã B;103;57;{partial};1
"""

PASTED = """\
Tổng số hồ sơ tiếp nhận: 1.523 hồ sơ
Trong đó: trực tuyến: 1.000 hồ sơ
Trực tiếp: {direct} hồ sơ
Kỳ trước chuyển sang: 23 hồ sơ
"""

RETURNED = '{"Tiếp nhận": 640, "Đã giải quyết": 610, "Đang giải quyết": 22, "Trả lại hồ sơ": %s}'

LEVELS = """{"tổng": 1200, "rất hài lòng": "1.000 (83,33%%)", "hài lòng": "150 (12,5%%)",
             "bình thường": "30 (2,50%%)", "không hài lòng": "15 (%s)", "rất không hài lòng": "5 (0,42%%)"}"""

NESTED = """{"kỳ": "Quý III năm 2026", "tính đến": "%s", "các lĩnh vực": [
 {"lĩnh vực": "Hộ tịch", "tiếp nhận": {"tổng số": 30, "trực tuyến": 10, "trực tiếp": 18, "kỳ trước": 2},
  "đã giải quyết": {"tổng số": 28, "trước hạn": 8, "đúng hạn": 20, "quá hạn": 0}},
 {"lĩnh vực": "Đất đai", "tiếp nhận": {"tổng số": 12, "trực tuyến": 2, "trực tiếp": 10, "kỳ trước": 0},
  "đã giải quyết": {"tổng số": %s, "trước hạn": 1, "đúng hạn": 10, "quá hạn": 1}}]}"""


def nfd(text: str) -> str:
    return normalize("NFD", text)


def r(**values: object) -> str:
    return RATINGS.format(**{"very": "73,50", "satisfied": "26,08", "dissatisfied": 8, "total": "1.921"} | values)


KINDS = (
    Kind("ratings with their shares in a column of their own", r(), "R6 R7"),
    Kind("a rating without a level among them", r(total="1.922"), "R6 R7",
         (("", "R7", "1.922", "1.921", 1), ("", "R6", "73,50", "73,47%", 0.03), ("", "R6", "26,08", "26,07%", 0.01))),
    Kind("a share cut off where it should be rounded", r(satisfied="26,07"), "R6 R7", (("", "R6", "26,07", "26,08%", -0.01),)),
    Kind("accents as separate letters, in capitals", nfd(r(dissatisfied=9)).upper(), "R6 R7",
         (("", "R7", "1.921", "1.922", -1), ("", "R6", "0,42", "0,47%", -0.05))),
    Kind("headings of three lines", BY_FIELD.format(on_time=347, second=980), "R1 R2 R3 R4 R5 R7"),
    Kind("a sum and a column under such headings", BY_FIELD.format(on_time=346, second="980"), "R1 R2 R3 R4 R5 R7",
         (("Tổng số", "R7", "1.327", "1.326", 1), ("Hộ tịch", "R2", "400", "399", 1))),
    Kind("a row's received under such headings", BY_FIELD.format(on_time=347, second=981), "R1 R2 R3 R4 R5 R7",
         (("Tổng số", "R7", "1.392", "1.393", -1), ("Chứng thực", "R1", "981", "980", 1),
          ("Chứng thực", "R4", "981", "980", 1))),
    Kind("left over and received beside each other", CARRIED.format(resolved=520, sum=731), "R4 R7"),
    Kind("left over + received ≠ resolved + pending", CARRIED.format(resolved=521, sum=732), "R4 R7",
         (("Cộng", "R4", "753", "754", -1), ("Phường Một", "R4", "542", "543", -1))),
    Kind("the total above its wards, thousands with commas", WARDS.format(whole="2,344"), "R4 R5 R7"),
    Kind("such a total that its wards do not give", WARDS.format(whole="2,345"), "R4 R5 R7",
         (("Toàn quận", "R4", "2,345", "2,344", 1), ("Toàn quận", "R7", "2,345", "2,344", 1))),
    Kind("sections by letter and Roman number", SECTIONS.format(first=30), "R4 R5 R7"),
    Kind("a section that its rows do not give", SECTIONS.format(first=31), "R4 R5 R7",
         (("TỔNG CỘNG (A+B)", "R7", "50", "51", -1), ("Sở Một", "R4", "31", "30", 1), ("Sở Một", "R7", "31", "30", 1))),
    Kind("totals of groups before the total of all", GROUPS.format(first=160), "R5 R7"),
    Kind("a group that its rows do not give", GROUPS.format(first=161), "R5 R7",
         (("Tổng cộng", "R7", "240", "241", -1), ("Cộng tầng 1", "R7", "200", "201", -1),
          ("Cộng tầng 1", "R7", "161", "160", 1))),
    Kind("half-years beside each other, thousands with spaces", YEARS.format(carried=18), "R1 R6"),
    Kind("a half-year that does not add up", YEARS.format(carried=17), "R1 R6",
         (("6 tháng đầu năm 2025", "R1", "4 018", "4 017", 1),)),
    Kind("three columns that are headed Tổng số", FLAT.format(late=5), "R1 R2 R3 R4 R5"),
    Kind("a sum behind one of these", FLAT.format(late=6), "R1 R2 R3 R4 R5", (("Hộ tịch", "R2", "95", "96", -1),)),
    Kind("numbered lines with their unit", OUTLINE.format(late=10), "R1 R2 R5 R6"),
    Kind("a part of such lines", OUTLINE.format(late=9), "R1 R2 R5 R6", (("", "R2", "1500", "1499", 1),)),
    Kind("counters, five levels but one, and waits", SESSIONS.format(as_of="31/10/2026", neutral=10), "R5 R7 R8"),
    Kind("taken after the end of its period", SESSIONS.format(as_of="02/11/2026", neutral=10), "R5 R7 R8",
         (("Tổng", "R8", "2026-11-02", "2026-10-01 – 2026-10-31", 2),)),
    Kind("ratings of one counter", SESSIONS.format(as_of="31/10/2026", neutral=9), "R5 R7 R8",
         (("Tổng", "R7", "25", "24", 1), ("2", "R7", "250", "249", 1))),
    Kind("two tables on one sheet", TWO_TABLES.format(resolved=55, forms=60), "R4 R5 R7"),
    Kind("a sum in each of two tables", TWO_TABLES.format(resolved=54, forms=61), "R4 R5 R7",
         (("GIẢI QUYẾT / Tổng", "R7", "135", "134", 1), ("GIẢI QUYẾT / Hộ tịch", "R4", "60", "59", 1),
          ("CÔNG DÂN / Tổng", "R7", "61", "60", 1), ("CÔNG DÂN / Tổng", "R7", "61", "60", 1))),
    Kind("given back beside the resolved", RETURNED % 8, "R4 R5"),
    Kind("given back, and one missing", RETURNED % 7, "R4 R5", (("", "R4", "640", "632", 8),)),
    Kind("counts with their shares in brackets", LEVELS % "1,25%", "R6 R7"),
    Kind("one of such shares", LEVELS % "1,52%", "R6 R7",
         (("", "R6", "1,52%", "1,25%", 0.27), ("", "R7", "100,27%", "100%", 0.27))),
    Kind("objects within rows", NESTED % ("30/09/2026", 12), "R1 R2 R5 R8"),
    Kind("a sum and the date of these", NESTED % ("2026-10-01", 13), "R1 R2 R5 R8",
         (("Đất đai", "R2", "13", "12", 1), ("Đất đai", "R5", "13", "≤ 12", 1),
          ("Hộ tịch", "R8", "2026-10-01", "2026-07-01 – 2026-09-30", 1))),
    Kind("headings that span others, and a rate of each row", MERGED.format(open=9, rate="98,89"), "R1 R2 R4 R5 R6 R7 R9"),
    Kind("a rate and an open one under such", MERGED.format(open=8, rate="98,98"), "R1 R2 R4 R5 R6 R7 R9",
         (("Tổng cộng", "R7", "9", "8", 1), ("Phường A", "R4", "100", "99", 1), ("Phường A", "R6", "98,98", "98,89%", 0.09))),
    Kind("counts and shares in pairs", PAIRS.format(share=24, unhappy=3), "R5 R6 R7"),
    Kind("one of each in pairs", PAIRS.format(share=25, unhappy=4), "R5 R6 R7",
         (("Cộng", "R7", "300", "301", -1), ("Cộng", "R7", "4", "3", 1), ("Cộng", "R6", "1", "1,33%", -0.33),
          ("Phường A", "R6", "25", "24,00%", 1), ("Phường A", "R7", "101,00%", "100%", 1))),
    Kind("what is open, in groups, with its difference", PENDING.format(whole=10), "R2 R3"),
    Kind("what is open, in groups", PENDING.format(whole=11), "R2 R3", (("", "R3", "11", "10", 1),)),
    Kind("a total in the middle", CATALOGUE.format(partial=45), "R7"),
    Kind("a catalogue below it", CATALOGUE.format(partial=46), "R7", (("Xã B", "R7", "103", "104", -1),)),
    Kind("lines pasted from a text", PASTED.format(direct=500), "R1"),
    Kind("a part of such lines, pasted", PASTED.format(direct=499), "R1", (("", "R1", "1.523 hồ sơ", "1.522", 1),)),
    Kind("lines ruled off", "|Lĩnh vực|Tiếp nhận|Đã giải quyết|\n|---|---|---|\n|A|3|3|\n|B|5|4|\n|Tổng|8|8|\n", "R5 R7",
         (("Tổng", "R7", "8", "7", 1),)),
    Kind("about so many", '{"tiếp nhận": "khoảng 1.500", "trực tuyến": 1000, "trực tiếp": 560}', "R1"),
    Kind("about so many, and far from it", '{"tiếp nhận": "khoảng 1.500", "trực tuyến": 1000, "trực tiếp": 660}', "R1",
         (("", "R1", "khoảng 1.500", "1.660", -160),)),
    Kind("quarters and the whole year", "Kỳ;Tiếp nhận;Đã giải quyết\nQuý I/2026;10;9\nQuý II/2026;10;8\nCả năm;20;18\n", "R5 R7",
         (("Cả năm", "R7", "18", "17", 1),)),
    Kind("months and their sum", "Tháng,Số lượt đánh giá,Rất hài lòng,Hài lòng\nTháng 1,10,8,2\nTháng 2,9,7,2\nTổng 2 tháng,19,16,3\n", "R5 R7",
         (("Tổng 2 tháng", "R7", "16", "15", 1), ("Tổng 2 tháng", "R7", "3", "4", -1))),
    Kind("offices in a list below their total", '{"total": 15, "offices": [{"name": "A", "total": 10, "very_satisfied": 6, "satisfied": 4,'
         ' "dissatisfied": 0}, {"name": "B", "total": 4, "very_satisfied": 4, "satisfied": 0, "dissatisfied": 0}]}', "R5 R7",
         (("", "R7", "15", "14", 1),)),
    Kind("a list of lines", '[["Lĩnh vực", "Tiếp nhận", "Giải quyết"], ["A", 3, 2], ["B", "x", 1], ["Cộng", 4, 4]]', "R5 R7",
         (("Cộng", "R7", "4", "3", 1),), (("x", "not_a_number"),)),
    Kind("shares of 99,99 % that are rounded", '{"rất hài lòng": "33,33%", "hài lòng": "33,33%", "không hài lòng": "33,33%"}', "R7"),
    Kind("shares of 100,01 % that are rounded", '{"rất hài lòng (%)": 66.67, "hài lòng (%)": 16.67, "không hài lòng (%)": 16.67}', "R7"),
    Kind("shares of 99,97 %", '{"rất hài lòng": "33,33%", "hài lòng": "33,33%", "không hài lòng": "33,31%"}', "R7",
         (("", "R7", "99,97%", "100%", -0.03),)),
    Kind("shares with those who did not rate",
         '{"rất hài lòng": "60%", "hài lòng": "30%", "không hài lòng": "2%", "không đánh giá": "8%"}', "R7"),
    Kind("a rate as a fraction", '{"đã giải quyết": 1500, "trễ hạn": 10, "tỷ lệ đúng hạn": "0,9933"}', "R5 R6"),
    Kind("a wrong rate as a fraction", '{"đã giải quyết": 1500, "trễ hạn": 10, "tỷ lệ đúng hạn": "0,9833"}', "R5 R6",
         (("", "R6", "0,9833", "99,33%", None),)),
    Kind("a rate to one decimal", "Chỉ tiêu;Số liệu\nĐã giải quyết;1500\nTrễ hạn;10\nTỷ lệ đúng hạn;99,3%\n", "R5 R6",
         (("", "R6", "99,3%", "99,33%", -0.03),)),
    Kind("a rate to no decimal", "Chỉ tiêu;Số liệu\nĐã giải quyết;1500\nTrễ hạn;10\nTỷ lệ đúng hạn;99%\n", "R5 R6",
         (("", "R6", "99%", "99,33%", -0.33),)),
    Kind("a rate behind its count", "Đơn vị;Tiếp nhận;Đã giải quyết;Tỷ lệ (%)\nMột;200;190;95\nHai;80;60;76\n", "R5 R6",
         (("Hai", "R6", "76", "75,00%", 1),)),
    Kind("a line of rates below the sum",
         "Đơn vị;Trước hạn;Đúng hạn;Quá hạn;Đã giải quyết\nMột;1;8;1;10\nHai;2;8;0;10\nTổng;3;16;1;20\nTỷ lệ (%);15;80;5;100\n",
         "R2 R6 R7"),
    Kind("empty cells, a dash and an x", "Lĩnh vực;Tiếp nhận;Đã giải quyết;Trước hạn;Đúng hạn;Quá hạn\n"
         "Một;10;10;;10;0\nHai;5;5;-;4;1\nBa;7;7;x;6;1\nCộng;22;22;0;20;2\n", "R2 R5 R7", (),
         (("-", "dash_for_count"), ("x", "not_a_number"))),
    Kind("a claim above figures that deny it", "Trong kỳ 100% hồ sơ được giải quyết đúng hạn.\n"
         "Lĩnh vực;Đã giải quyết;Đúng hạn;Quá hạn\nMột;9;9;0\nHai;5;4;1\nTổng;14;13;1\n", "R2 R7 R9",
         (("Tổng", "R9", "100% hồ sơ được giải quyết đúng hạn", "late = 1", 1),)),
    Kind("an aim is no claim", '{"late": 3, "resolved": 50, "nhận xét": "Phấn đấu 100% hồ sơ đúng hạn trong quý sau"}', "R5"),
    Kind("no late ones, it says", '{"trễ hạn": 3, "đã giải quyết": 50, "nhận xét": "Không có hồ sơ trễ hạn"}', "R5 R9",
         (("", "R9", "Không có hồ sơ trễ hạn", "late = 3", 3),)),
    Kind("a period and the year so far", '{"received": 90, "received_cumulative": 400, "resolved": 88, "resolved_luy_ke": 390}', "R5"),
    Kind("an average among the rows", "Đơn vị;Tiếp nhận;Đã giải quyết\nMột;10;9\nHai;5;5\nTổng;15;14\nBình quân;7,5;7\n", "R5 R7"),
    Kind("sums as words of English", "unit,received,solved,pending\nWard 1,10,8,2\nWard 2,7,7,0\nTotal,17,15,3\n", "R4 R5 R7",
         (("Total", "R4", "17", "18", -1), ("Total", "R7", "3", "2", 1))),
    Kind("a table that is numbered in another way", "TT;Đơn vị;Tổng số phiếu;Rất hài lòng;Hài lòng;Không hài lòng;Ghi chú\n"
         "(1);(2);(3);(4);(5);(6);(7)\n1;Một;30;20;9;1;\n2;Hai;5;3;1;1;\n;Tổng;35;23;10;2;\n", "R5 R7"),
    Kind("groups of lines under a merged name", "Nhóm;Nội dung;Số liệu\nTiếp nhận;Tổng số;100\n;Trực tuyến;60\n;Trực tiếp;41\n"
         "Đã giải quyết;Tổng số;90\n;Đúng hạn;88\n;Quá hạn;2\n", "R1 R2 R5", (("", "R1", "100", "101", -1),)),
)  # fmt: skip
