"""Answers through an endpoint without integrated responses."""


def main_handler(event, context):
    """Return something that looks like an integrated answer and must not be taken for one."""
    if event["queryString"].get("do") == "text":
        return "text"
    return {"statusCode": 418, "body": "茶"}
