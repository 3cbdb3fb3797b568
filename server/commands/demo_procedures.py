"""What people come for in the demo's six fields. A sample to show the screens with: an office brings its own catalogue,
since papers, fees and time limits are each province's published ones and change."""

from __future__ import annotations

from typing import Any

Text = tuple[str, str]
Procedure = dict[str, Any]

ID: Text = ("Căn cước của người yêu cầu", "Identity card of the applicant")
FREE: Text = ("Không thu", "Free of charge")
SAME_DAY: Text = ("Trong ngày làm việc", "The same working day")
SLIP: Text = ("Giấy hẹn trả kết quả", "Appointment slip")


def _names(text: Text) -> dict[str, str]:
    return {"vi": text[0], "en": text[1]}


def _days(count: int) -> Text:
    return f"{count} ngày làm việc", f"{count} working days"


def _form(vi: str, en: str) -> Text:
    return f"Tờ khai {vi}", f"Form: {en}"


def _procedure(code: str, vi: str, en: str, *papers: Text, fee: Text = FREE, limit: Text = SAME_DAY) -> Procedure:
    return {
        "code": code,
        "names": _names((vi, en)),
        "papers": [_names(paper) for paper in papers],
        "fee": _names(fee),
        "time_limit": _names(limit),
    }


CIVIL_STATUS = [
    _procedure("1.001193", "Đăng ký khai sinh", "Birth registration",
               _form("đăng ký khai sinh", "birth registration"),
               ("Giấy chứng sinh (bản chính)", "Birth certificate from the clinic (original)"),
               ("Căn cước của cha, mẹ", "Identity cards of the parents"),
               ("Giấy chứng nhận kết hôn, nếu có", "Marriage certificate, if any")),
    _procedure("1.000894", "Đăng ký kết hôn", "Marriage registration",
               _form("đăng ký kết hôn", "marriage registration"),
               ("Căn cước của hai bên nam, nữ", "Identity cards of both partners"),
               ("Giấy xác nhận tình trạng hôn nhân, nếu cư trú nơi khác",
                "Certificate of marital status, if resident elsewhere")),
    _procedure("1.000656", "Đăng ký khai tử", "Death registration",
               _form("đăng ký khai tử", "death registration"),
               ("Giấy báo tử hoặc giấy tờ thay thế", "Death notice or a document in its place"), ID),
    _procedure("2.000635", "Cấp bản sao trích lục hộ tịch", "Extract from the civil status register",
               _form("cấp bản sao trích lục", "copy of an extract"), ID,
               fee=("8.000 đồng mỗi bản", "8,000 đồng a copy")),
    _procedure("1.004873", "Cấp giấy xác nhận tình trạng hôn nhân", "Certificate of marital status",
               _form("cấp giấy xác nhận tình trạng hôn nhân", "certificate of marital status"), ID,
               ("Quyết định ly hôn hoặc giấy chứng tử, nếu đã từng kết hôn",
                "Divorce decision or death certificate, if married before"),
               limit=_days(3)),
    _procedure("1.004859", "Thay đổi, cải chính, bổ sung thông tin hộ tịch, xác định lại dân tộc",
               "Change, correction or completion of civil status data, ethnic group redetermined",
               _form("thay đổi, cải chính hộ tịch", "change of civil status data"), ID,
               ("Giấy tờ làm căn cứ thay đổi", "Documents that the change rests on"), limit=_days(3)),
    _procedure("1.004884", "Đăng ký lại khai sinh", "Birth registered again",
               _form("đăng ký lại khai sinh", "birth registered again"), ID,
               ("Giấy tờ có thông tin về việc khai sinh", "Documents with the data of the birth"), limit=_days(5)),
]  # fmt: skip

CERTIFICATION = [
    _procedure("2.000815", "Chứng thực bản sao từ bản chính", "Certified copy of an original",
               ("Bản chính giấy tờ cần chứng thực", "The original to be certified"),
               ("Bản sao, nếu đã chụp sẵn", "The copy, if already made"),
               fee=("2.000 đồng mỗi trang; từ trang thứ ba 1.000 đồng", "2,000 đồng a page; third on, 1,000 đồng")),
    _procedure("2.000884", "Chứng thực chữ ký trong giấy tờ, văn bản", "Certified signature",
               ("Giấy tờ, văn bản sẽ ký", "The document to be signed"), ID,
               fee=("10.000 đồng", "10,000 đồng")),
    _procedure("2.001035", "Chứng thực hợp đồng, giao dịch về động sản, quyền sử dụng đất và nhà ở",
               "Certified contract on movables, land use rights and housing",
               ("Dự thảo hợp đồng, giao dịch", "Draft of the contract"),
               ("Căn cước của các bên", "Identity cards of the parties"),
               ("Giấy chứng nhận quyền sở hữu, quyền sử dụng", "Certificate of ownership or use right"),
               fee=("50.000 đồng", "50,000 đồng"), limit=_days(2)),
    _procedure("2.001019", "Chứng thực di chúc", "Certified will",
               ("Dự thảo di chúc", "Draft of the will"), ID,
               ("Giấy chứng nhận quyền sở hữu, quyền sử dụng", "Certificate of ownership or use right"),
               fee=("50.000 đồng", "50,000 đồng"), limit=_days(2)),
]  # fmt: skip

LAND = [
    _procedure("1.012753", "Đăng ký đất đai lần đầu, cấp giấy chứng nhận", "First land registration and certificate",
               ("Đơn đăng ký đất đai", "Application for land registration"),
               ("Giấy tờ về quyền sử dụng đất, nếu có", "Documents on the land use right, if any"),
               ("Mảnh trích đo bản đồ địa chính, nếu có", "Cadastral extract, if any"),
               ("Chứng từ nghĩa vụ tài chính", "Proof of financial obligations"),
               fee=("Theo nghị quyết của Hội đồng nhân dân thành phố", "As the City People's Council has resolved"),
               limit=_days(20)),
    _procedure("1.012783", "Cấp đổi giấy chứng nhận quyền sử dụng đất", "Exchange of a land use right certificate",
               ("Đơn đăng ký biến động đất đai", "Application for a change"),
               ("Giấy chứng nhận đã cấp (bản gốc)", "Certificate as issued (original)"),
               fee=("Theo nghị quyết của Hội đồng nhân dân thành phố", "As the City People's Council has resolved"),
               limit=_days(5)),
    _procedure("1.003554", "Hòa giải tranh chấp đất đai", "Mediation of a land dispute",
               ("Đơn yêu cầu hòa giải", "Request for mediation"),
               ("Giấy tờ liên quan đến thửa đất", "Documents on the parcel"), limit=("30 ngày", "30 days")),
    _procedure("1.010736", "Tham vấn trong đánh giá tác động môi trường", "Consultation on environmental impact",
               ("Văn bản đề nghị tham vấn", "Request for consultation"),
               ("Báo cáo đánh giá tác động môi trường", "Environmental impact report"), limit=("15 ngày", "15 days")),
]  # fmt: skip

BUSINESS = [
    _procedure("1.001612", "Đăng ký thành lập hộ kinh doanh", "Registering a household business",
               ("Giấy đề nghị đăng ký hộ kinh doanh", "Request for registration"),
               ("Căn cước của chủ hộ", "Identity card of the owner"),
               ("Biên bản họp thành viên hộ gia đình, nếu nhiều người cùng đăng ký",
                "Minutes of the household's meeting, if several register"),
               fee=("100.000 đồng", "100,000 đồng"), limit=_days(3)),
    _procedure("2.000720", "Đăng ký thay đổi nội dung đăng ký hộ kinh doanh", "Changing a household business's data",
               ("Thông báo thay đổi", "Notice of change"), ("Căn cước của chủ hộ", "Identity card of the owner"),
               ("Giấy chứng nhận đăng ký (bản gốc)", "Registration certificate (original)"),
               fee=("100.000 đồng", "100,000 đồng"), limit=_days(3)),
    _procedure("1.001570", "Tạm ngừng kinh doanh hộ kinh doanh", "Suspending a household business",
               ("Thông báo tạm ngừng kinh doanh", "Notice of suspension"),
               ("Căn cước của chủ hộ", "Identity card of the owner"), limit=_days(3)),
    _procedure("1.001266", "Chấm dứt hoạt động hộ kinh doanh", "Closing a household business",
               ("Thông báo chấm dứt hoạt động", "Notice of closing"),
               ("Giấy chứng nhận đăng ký (bản gốc)", "Registration certificate (original)"), limit=_days(3)),
]  # fmt: skip

SOCIAL = [
    _procedure("1.001776", "Trợ cấp xã hội hằng tháng, hỗ trợ kinh phí chăm sóc, nuôi dưỡng",
               "Monthly social allowance and support for care",
               _form("đề nghị trợ giúp xã hội", "social assistance"), ID,
               ("Giấy xác nhận khuyết tật hoặc bệnh án, nếu có", "Proof of disability or medical record, if any"),
               limit=_days(22)),
    _procedure("1.001699", "Xác định, xác định lại mức độ khuyết tật", "Degree of disability determined",
               ("Đơn đề nghị xác định mức độ khuyết tật", "Request for determination"),
               ("Giấy tờ y tế chứng minh về khuyết tật", "Medical proof of the disability"), ID, limit=_days(25)),
    _procedure("1.001731", "Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội",
               "Support for the burial of a beneficiary",
               _form("đề nghị hỗ trợ chi phí mai táng", "burial support"),
               ("Giấy chứng tử", "Death certificate"), limit=_days(5)),
    _procedure("1.010803", "Giải quyết chế độ trợ cấp thờ cúng liệt sĩ", "Allowance for the worship of a martyr",
               ("Đơn đề nghị", "Application"), ("Bằng Tổ quốc ghi công", "Certificate “The Nation's Gratitude”"),
               ("Văn bản ủy quyền của thân nhân", "Authorisation by the relatives"), limit=_days(20)),
]  # fmt: skip

RESULTS = [
    _procedure("TKQ-1", "Nhận kết quả của mình", "Collecting one's own result", SLIP, ID),
    _procedure("TKQ-2", "Nhận kết quả thay người khác", "Collecting for somebody else", SLIP,
               ("Giấy ủy quyền", "Authorisation"),
               ("Căn cước của người nhận thay", "Identity card of whoever collects")),
]  # fmt: skip

PROCEDURES = {"A": CIVIL_STATUS, "B": CERTIFICATION, "C": LAND, "D": BUSINESS, "E": SOCIAL, "F": RESULTS}
