import os

import httpx

management = httpx.Client(
    base_url=os.environ["DOUBLEWORD_URL"] + "/admin/api/v1/users/current/api-keys",
    headers={"Authorization": "Bearer " + os.environ["DOUBLEWORD_PLATFORM_KEY"]},
)

created = management.post("", json={"name": "nightly-job"}).raise_for_status().json()
print("use", created["key"][:18] + "…", "it is shown only now")

rotated = management.post(f"/{created['id']}/rotate", json={"overlap": "1h"}).raise_for_status().json()
print("both work for an hour; the new one is", rotated["id"])

management.post(f"/{rotated['id']}/revoke").raise_for_status()
management.delete(f"/{created['id']}").raise_for_status()
