def test_the_house_answers(client, db):
    assert client.get("/-/alive").status_code == 200
