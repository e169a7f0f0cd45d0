async def test_nobody_is_sent_to_sign_in(client, cast):
    browser = await client(None)
    answer = await browser.get("/more")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fmore"


async def test_a_person_sees_the_pages_in_their_language(client, cast):
    browser = await client(cast.alice)
    answer = await browser.get("/more")
    assert answer.status_code == 200, answer.text[-3000:]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    answer = await browser.get("/nowhere/at/all")
    assert answer.status_code == 404, answer.text[-3000:]
    answer = await browser.post("/preferences", data={"language": "zh_Hans"})
    assert answer.status_code == 303
    assert 'lang="zh-Hans"' in (await browser.get("/more")).text
