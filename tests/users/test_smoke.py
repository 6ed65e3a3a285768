async def test_x(alice, bob):
    r = await alice.get("/api/v1/users/me"); print(r.json())
    r2 = await bob.get("/api/v1/users/me"); print(r2.json())
    assert r.json()["id"] != r2.json()["id"]
    r= await alice.post("/api/v1/auth/refresh"); print(r.headers, r.json())
    assert r.status_code == 200
    r= await alice.post("/api/v1/auth/sign-in", json={"email":"ALICE@example.com","password":"correct stable battery"}); print(r.json())
    assert r.status_code == 200
    r= await alice.post("/api/v1/tokens", json={"name":"x\0"}); print(r.json())
    r= await alice.post("/api/v1/tokens", content=b'{"name":"x\\ud800"}', headers={"content-type":"application/json"}); print(r.json())
    r= await alice.patch("/api/v1/users/me", json={"time_zone":None}); print(r.json())
    r= await alice.patch("/api/v1/users/me", json={"webhook_url":"https://x.com/\0"}); print(r.json())
    r= await alice.post("/api/v1/auth/sign-up", json={"email":"ALICE@example.com","password":"correct stable battery"}); print(r.json())
    r= await alice.request("DELETE", "/api/v1/users/me", json={"password":"correct stable battery"}); print(r.status_code,r.text)
    r= await alice.post("/api/v1/tokens", json={"name":"x"}); print(r.status_code, r.json())
