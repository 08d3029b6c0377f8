package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class KeysApiTest {
    private static final String KEYS = "/admin/api/v1/users/current/api-keys";

    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    @Inject
    @ConfigProperty(name = "doubleword.database.migration-url")
    String databaseUrl;

    @TestHTTPResource("/")
    URI server;

    private User user;
    private Http ops;

    @BeforeEach
    void makeUserWithPlatformKey() {
        user = newUser(UserRole.USER);
        ops = new Http(server, platformKey(user.account(), user, Set.of()));
    }

    @Test
    void keyIsMadeListedRenamedLimitedAndDeleted() {
        Http.Answer made = ops.post(KEYS, """
                {"name":"search","description":"for search","labels":{"team":"search"},
                 "scopes":{"endpoints":["chat"],"models":["demo/*"],"tiers":["realtime"],"addresses":["127.0.0.0/8"]},
                 "limits":{"requests_per_minute":60},"expires_at":"%s"}
                """.formatted(Instant.now().plus(30, ChronoUnit.DAYS)));

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.response().headers().firstValue("cache-control")).contains("no-store");
        String id = made.body().get("id").textValue();
        String text = made.body().get("key").textValue();
        assertThat(id).matches("key_[0-9A-Za-z]{12}");
        assertThat(KeyFormat.check(text)).isEqualTo(KeyType.INFERENCE);
        assertThat(made.body().get("start").textValue()).isEqualTo("dw_sk_" + id.substring(4));

        JsonNode list = ops.get(KEYS + "?skip=0&limit=10").body();
        assertThat(list.get("total_count").intValue()).isEqualTo(2);
        assertThat(list.get("skip").intValue()).isZero();
        assertThat(list.get("limit").intValue()).isEqualTo(10);
        assertThat(list.get("data").get(0).get("id").textValue()).isEqualTo(id);
        assertThat(list.toString()).doesNotContain(text.substring(KeyFormat.SECRET_START));

        JsonNode changed = ops.patch(KEYS + "/" + id, """
                {"name":"search 2","limits":{"tokens_per_minute":1000,"concurrent_requests":3},"expires_at":null}
                """).body();
        assertThat(changed.get("name").textValue()).isEqualTo("search 2");
        assertThat(changed.get("description").textValue()).isEqualTo("for search");
        assertThat(changed.at("/limits/requests_per_minute").intValue()).isEqualTo(60);
        assertThat(changed.at("/limits/tokens_per_minute").intValue()).isEqualTo(1000);
        assertThat(changed.at("/scopes/models/0").textValue()).isEqualTo("demo/*");
        assertThat(changed.has("expires_at")).isFalse();
        assertThat(ops.get(KEYS + "/" + id.substring(4)).body()).isEqualTo(changed);

        assertThat(ops.delete(KEYS + "/" + id).status()).isEqualTo(204);
        assertThat(ops.get(KEYS + "/" + id).status()).isEqualTo(404);
        assertThat(ops.get(KEYS).body().get("total_count").intValue()).isEqualTo(1);
    }

    @Test
    void keyTellsWhatItMayDoAndWhatIsLeft() {
        String key = make(
                "{\"name\":\"k\",\"limits\":{\"requests_per_minute\":60,\"concurrent_requests\":2},\"scopes\":{\"endpoints\":[\"chat\"]}}");

        for (String base : List.of("/v1", "/ai/v1")) {
            Http.Answer self = new Http(server, key).get(base + "/keys/self");
            assertThat(self.status()).isEqualTo(200);
            assertThat(self.body().at("/limits/requests_per_minute").intValue()).isEqualTo(60);
            assertThat(self.body().at("/left/requests_per_minute").intValue()).isEqualTo(60);
            assertThat(self.body().at("/left/concurrent_requests").intValue()).isEqualTo(2);
            assertThat(self.body().at("/left").get("tokens_per_minute").isNull())
                    .isTrue();
            assertThat(self.body().at("/scopes/endpoints/0").textValue()).isEqualTo("chat");
            assertThat(self.body().toString()).doesNotContain(key.substring(KeyFormat.SECRET_START));
        }
        assertThat(ops.get("/v1/keys/self").body().get("type").textValue()).isEqualTo("platform");
    }

    @Test
    @Tag("S-04")
    void aKeyThatEndsWithinFourteenDaysSaysSoInEachAnswer() {
        Instant soon = Instant.now().plus(13, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        Http ending = new Http(server, make("{\"name\":\"soon\",\"expires_at\":\"" + soon + "\"}"));
        Http later = new Http(
                server,
                make("{\"name\":\"later\",\"expires_at\":\"" + Instant.now().plus(15, ChronoUnit.DAYS) + "\"}"));

        for (String path : List.of("/v1/models", "/v1/models/none", "/v1/keys/self")) {
            assertThat(ending.get(path).response().headers().firstValue("x-key-expires-at"))
                    .as(path)
                    .contains(soon.toString());
            assertThat(later.get(path).response().headers().firstValue("x-key-expires-at"))
                    .as(path)
                    .isEmpty();
        }
    }

    @Test
    void anExpiryMayBeADate() {
        JsonNode made =
                ops.post(KEYS, "{\"name\":\"k\",\"expires_at\":\"2199-01-31\"}").body();
        assertThat(made.get("expires_at").textValue()).isEqualTo("2199-01-31T00:00:00Z");
    }

    @Test
    @Tag("S-04")
    void rotationLeavesBothKeysWorkingUntilItsOverlapEnds() {
        String old = make("{\"name\":\"k\",\"limits\":{\"requests_per_minute\":7}}");
        String id = KeyFormat.id(old);

        Http.Answer rotated = ops.post(KEYS + "/" + id + "/rotate", "{\"overlap\":\"1h\"}");

        assertThat(rotated.status()).isEqualTo(201);
        String next = rotated.body().get("key").textValue();
        assertThat(rotated.body().get("rotated_from").textValue()).isEqualTo("key_" + id);
        assertThat(rotated.body().at("/limits/requests_per_minute").intValue()).isEqualTo(7);
        assertThat(new Http(server, next).get("/v1/keys/self").status()).isEqualTo(200);
        assertThat(new Http(server, old).get("/v1/keys/self").status()).isEqualTo(200);
        JsonNode before = ops.get(KEYS + "/" + id).body();
        assertThat(before.get("status").textValue()).isEqualTo("retiring");
        assertThat(Instant.parse(before.get("retires_at").textValue()))
                .isBetween(Instant.now().plusSeconds(3500), Instant.now().plusSeconds(3601));
        assertThat(ops.post(KEYS + "/" + id + "/rotate", "{}").code()).isEqualTo("conflict");
        assertThat(keys.get(user.account(), KeyFormat.id(next)).family())
                .isEqualTo(keys.get(user.account(), id).family());
    }

    @Test
    @Tag("S-04")
    void rotationWithoutOverlapEndsTheOldKeyAtOnce() throws Exception {
        String old = make("{\"name\":\"k\"}");

        String next = ops.post(KEYS + "/" + KeyFormat.id(old) + "/rotate", "{\"overlap\":\"0\"}")
                .body()
                .get("key")
                .textValue();

        awaitRefused(old, "revoked_api_key");
        assertThat(new Http(server, next).get("/v1/keys/self").status()).isEqualTo(200);
    }

    @Test
    @Tag("S-04")
    void revokedKeyIsRefusedWithinOneSecondAndStaysOnTheList() throws Exception {
        String key = make("{\"name\":\"k\"}");
        assertThat(new Http(server, key).get("/v1/keys/self").status()).isEqualTo(200);
        String path = KEYS + "/" + KeyFormat.id(key);

        JsonNode revoked = ops.post(path + "/revoke", "{\"on_revoke\":\"cut\",\"reason\":\"test\"}")
                .body();

        assertThat(revoked.get("status").textValue()).isEqualTo("revoked");
        assertThat(revoked.get("on_revoke").textValue()).isEqualTo("cut");
        awaitRefused(key, "revoked_api_key");
        assertThat(ops.get(path).body().get("revoked_because").textValue()).isEqualTo("test");
        assertThat(ops.post(path + "/revoke", "{}").body().get("revoked_at")).isEqualTo(revoked.get("revoked_at"));
        assertThat(ops.patch(path, "{\"name\":\"x\"}").code()).isEqualTo("conflict");
    }

    @Test
    void anybodyWhoFindsAKeyCanEndIt() throws Exception {
        String single = make("{\"name\":\"single\"}");
        String listed = make("{\"name\":\"listed\"}");
        String wrong = listed.substring(0, KeyFormat.SECRET_START) + "0".repeat(32);
        String forged = KeyFormat.compose(KeyType.INFERENCE, KeyFormat.id(listed), "0".repeat(32));
        Http anybody = new Http(server, null);

        assertThat(anybody.post("/v1/keys/leaked", "{\"key\":\"" + forged + "\"}")
                        .body()
                        .get("revoked")
                        .booleanValue())
                .isFalse();
        assertThat(anybody.post("/ai/v1/keys/leaked", "{\"token\":\"" + single + "\",\"url\":\"https://pastebin\"}")
                        .body()
                        .get("revoked")
                        .booleanValue())
                .isTrue();
        JsonNode feedback = anybody.post(
                        "/v1/keys/leaked",
                        "[{\"token\":\"%s\",\"type\":\"doubleword_key\",\"url\":\"u\",\"source\":\"content\"},{\"token\":\"%s\",\"type\":\"doubleword_key\"}]"
                                .formatted(listed, wrong))
                .body();

        assertThat(feedback.get(0).get("label").textValue()).isEqualTo("true_positive");
        assertThat(feedback.get(0).get("token_hash").textValue()).hasSize(64);
        assertThat(feedback.get(1).get("label").textValue()).isEqualTo("false_positive");
        awaitRefused(single, "revoked_api_key");
        awaitRefused(listed, "revoked_api_key");
        JsonNode seen = ops.get(KEYS + "/" + KeyFormat.id(single)).body();
        assertThat(seen.get("revoked_because").textValue()).startsWith("leaked").contains("https://pastebin");
        assertThat(seen.get("on_revoke").textValue()).isEqualTo("cut");
        assertThat(anybody.post("/v1/keys/leaked", "\"x\"").code()).isEqualTo("invalid_json");
        assertThat(anybody.post("/v1/keys/leaked", "{\"key\":\"" + "x".repeat(200_000) + "\"}")
                        .status())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|missing_required_parameter|name",
                "{\"name\":\"\"}|invalid_value|name",
                "{\"name\":\"k\",\"type\":\"other\"}|invalid_value|type",
                "{\"name\":\"k\",\"limits\":{\"rpm\":1}}|invalid_value|limits.rpm",
                "{\"name\":\"k\",\"limits\":{\"requests_per_minute\":\"many\"}}|invalid_value|limits.requests_per_minute",
                "{\"name\":[\"k\"]}|invalid_value|name",
                "{\"name\":\"k\",\"limits\":{\"requests_per_minute\":99999999999}}|invalid_value"
                        + "|limits.requests_per_minute",
                "{\"name\":\"k\",\"limits\":{\"requests_per_minute\":1,}}|invalid_json|limits",
                "{\"name\":\"k\",\"scopes\":{\"endpoints\":[\"chats\"]}}|invalid_value|scopes.endpoints",
                "{\"name\":\"k\",\"scopes\":{\"tiers\":[\"soon\"]}}|invalid_value|scopes.tiers",
                "{\"name\":\"k\",\"scopes\":{\"addresses\":[\"example.com\"]}}|invalid_value|scopes.addresses",
                "{\"name\":\"k\",\"scopes\":{\"rights\":[\"keys\"]}}|invalid_value|scopes.rights",
                "{\"name\":\"k\",\"limits\":{\"requests_per_minute\":-1}}|invalid_value|limits.requests_per_minute",
                "{\"name\":\"k\",\"on_revoke\":\"maybe\"}|invalid_value|on_revoke",
                "{\"name\":\"k\",\"labels\":{\"Team\":\"x\"}}|invalid_value|labels",
                "{\"name\":\"k\",\"expires_at\":\"tomorrow\"}|invalid_value|expires_at",
                "{\"name\":\"k\",\"expires_at\":\"2020-01-01T00:00:00Z\"}|invalid_value|expires_at",
            })
    void badRequestNamesTheField(String body, String code, String param) {
        Http.Answer answer = ops.post(KEYS, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.body().get("param").textValue()).isEqualTo(param);
    }

    @Test
    void unknownFieldIsRefusedWithTheNearestKnownOneButNotWhereOlderClientsMakeKeys() {
        Http.Answer made = ops.post(KEYS, "{\"name\":\"k\",\"color\":{\"a\":[1]},\"from_later\":true}");
        assertThat(made.status()).isEqualTo(201);
        String path = KEYS + "/" + made.body().get("id").textValue();

        Http.Answer near = ops.patch(path, "{\"limits\":{\"requests_per_min\":5}}");
        assertThat(near.status()).isEqualTo(400);
        assertThat(near.code()).isEqualTo("invalid_value");
        assertThat(near.body().get("param").textValue()).isEqualTo("limits.requests_per_min");
        assertThat(near.message()).contains("Did you mean `requests_per_minute`?");

        Http.Answer far = ops.patch(path, "{\"color\":\"red\"}");
        assertThat(far.body().get("param").textValue()).isEqualTo("color");
        assertThat(far.message()).contains("Known are description, ");
        assertThat(ops.post(path + "/rotate", "{\"overlapp\":\"0\"}").message()).contains("Did you mean `overlap`?");
    }

    @Test
    void malformedJsonNamesItsPlace() {
        Http.Answer broken = ops.post(KEYS, "{\"name\":\"k\",\n \"limits\":{\"requests_per_minute\":}}");
        assertThat(broken.code()).isEqualTo("invalid_json");
        assertThat(broken.message()).contains("line 2, column");
        assertThat(ops.post(KEYS, "{\"name\"").message()).contains("line 1, column");
    }

    @ParameterizedTest
    @ValueSource(strings = {"realtime", "batch", "playground"})
    void purposesOfExistingClientsMakeInferenceKeys(String purpose) {
        assertThat(make("{\"name\":\"k\",\"purpose\":\"" + purpose + "\"}")).startsWith("dw_sk_");
    }

    @Test
    void keyCannotGiveRightsItLacks() {
        Http narrow = new Http(server, platformKey(user.account(), user, Set.of("keys")));

        assertThat(narrow.post(KEYS, "{\"name\":\"k\",\"type\":\"platform\"}")
                        .body()
                        .at("/scopes/rights"))
                .hasToString("[\"keys\"]");
        Http.Answer wider =
                narrow.post(KEYS, "{\"name\":\"k\",\"type\":\"platform\",\"scopes\":{\"rights\":[\"billing\"]}}");
        assertThat(wider.status()).isEqualTo(403);
        assertThat(wider.body().get("message").textValue()).contains("billing");
        assertThat(ops.post(KEYS, "{\"name\":\"k\",\"type\":\"platform\",\"scopes\":{\"rights\":[\"admin\"]}}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void missingRightIsNamedWhetherKeyOrRoleLacksIt() {
        Http blind = new Http(server, platformKey(user.account(), user, Set.of("usage")));
        Http.Answer byKey = blind.get(KEYS);
        assertThat(byKey.status()).isEqualTo(403);
        assertThat(byKey.code()).isEqualTo("scope_denied");
        assertThat(byKey.body().get("message").textValue()).contains("'keys'");

        User owner = newUser(UserRole.USER);
        Organization organization = accounts.createOrganization("o-" + UUID.randomUUID(), "O", owner.id());
        accounts.putMember(organization.id(), user.id(), MemberRole.MEMBER, false);
        Http.Answer byRole = ops.get(KEYS, "X-Organization-Id", organization.slug());
        assertThat(byRole.code()).isEqualTo("permission_denied");
        assertThat(byRole.body().get("message").textValue()).contains("'keys'");
    }

    @Test
    void roleIsTheCurrentOne() {
        User owner = newUser(UserRole.USER);
        Organization organization = accounts.createOrganization("o-" + UUID.randomUUID(), "O", owner.id());
        accounts.putMember(organization.id(), user.id(), MemberRole.MEMBER, true);
        String org = Ids.format("org", organization.id());
        Http.Answer made = ops.post(KEYS, "{\"name\":\"org key\",\"type\":\"platform\"}", "X-Organization-Id", org);
        assertThat(made.status()).isEqualTo(201);
        Http inside = new Http(server, made.body().get("key").textValue());
        assertThat(inside.get(KEYS).body().get("total_count").intValue()).isEqualTo(1);
        assertThat(ops.get(KEYS).body().get("total_count").intValue()).isEqualTo(1);

        accounts.putMember(organization.id(), user.id(), MemberRole.MEMBER, false);
        assertThat(inside.get(KEYS).status()).isEqualTo(403);

        accounts.putMember(organization.id(), user.id(), MemberRole.ADMIN, false);
        assertThat(inside.get(KEYS).status()).isEqualTo(200);
    }

    @Test
    void memberWhoLeavesLosesTheKeysOfTheOrganization() throws Exception {
        User owner = newUser(UserRole.USER);
        Organization organization = accounts.createOrganization("o-" + UUID.randomUUID(), "O", owner.id());
        accounts.putMember(organization.id(), user.id(), MemberRole.ADMIN, false);
        String key = keys.issue(
                        organization.account(), user.id(), KeyType.INFERENCE, KeyTerms.named("theirs"), Set.of())
                .text()
                .revealText();
        String own = make("{\"name\":\"own\"}");
        assertThat(new Http(server, key).get("/v1/keys/self").status()).isEqualTo(200);

        accounts.removeMember(organization.id(), user.id());

        awaitRefused(key, "revoked_api_key");
        assertThat(new Http(server, own).get("/v1/keys/self").status()).isEqualTo(200);
        assertThat(ops.get(KEYS, "X-Organization-Id", organization.slug()).status())
                .isEqualTo(404);
    }

    @Test
    void organizationsKeyNeverActsElsewhere() {
        Organization organization = accounts.createOrganization("o-" + UUID.randomUUID(), "O", user.id());
        Organization other = accounts.createOrganization("p-" + UUID.randomUUID(), "P", user.id());
        Http inside = new Http(server, platformKey(organization.account(), user, Set.of()));

        assertThat(inside.get(KEYS, "X-Organization-Id", organization.slug()).status())
                .isEqualTo(200);
        assertThat(inside.get(KEYS, "X-Organization-Id", other.slug()).status()).isEqualTo(404);
    }

    @Test
    void disabledUserIsRefusedWithAllKeys() throws Exception {
        String key = make("{\"name\":\"k\"}");
        assertThat(new Http(server, key).get("/v1/keys/self").status()).isEqualTo(200);

        accounts.setDisabled(user.id(), true);

        awaitRefused(key, "revoked_api_key");
        assertThat(ops.get(KEYS).status()).isEqualTo(401);
        accounts.setDisabled(user.id(), false);
        Await.until(() -> new Http(server, key).get("/v1/keys/self").status() == 200);
    }

    @Test
    void currentUserIsWhatExistingClientsRead() {
        Organization organization = accounts.createOrganization("o-" + UUID.randomUUID(), "Big Org", user.id());

        JsonNode me = ops.get("/admin/api/v1/users/current").body();

        assertThat(me.get("id").textValue()).isEqualTo(Ids.format("user", user.id()));
        assertThat(me.get("username").textValue()).isEqualTo(user.username());
        assertThat(me.get("email").textValue()).isEqualTo(user.email());
        assertThat(me.get("credit_balance").isNumber()).isTrue();
        assertThat(me.get("roles").get(0).textValue()).isEqualTo("user");
        assertThat(me.at("/organizations/0/id").textValue()).isEqualTo(Ids.format("org", organization.id()));
        assertThat(me.at("/organizations/0/name").textValue()).isEqualTo("Big Org");
        assertThat(me.at("/organizations/0/role").textValue()).isEqualTo("owner");
        JsonNode places = ops.get("/admin/api/v1/users/" + me.get("id").textValue() + "/organizations")
                .body();
        assertThat(places.isArray()).isTrue();
        assertThat(places.get(0).get("display_name").textValue()).isEqualTo("Big Org");
        User other = newUser(UserRole.USER);
        assertThat(ops.get("/admin/api/v1/users/" + Ids.format("user", other.id()) + "/organizations")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void administratorLimitsAnAccountAndItsKeysKnowWithinASecond() throws Exception {
        User admin = newUser(UserRole.ADMINISTRATOR);
        Http root = new Http(server, platformKey(admin.account(), admin, Set.of("admin")));
        String key = make("{\"name\":\"k\"}");
        String path = "/admin/api/v1/accounts/" + Ids.format("user", user.id());

        Http.Answer changed =
                root.patch(path, "{\"limits\":{\"requests_per_minute\":9},\"groups\":[\"beta\",\"alpha\"]}");

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.body().at("/limits/requests_per_minute").intValue()).isEqualTo(9);
        assertThat(changed.body().get("groups")).hasToString("[\"alpha\",\"beta\"]");
        Await.until(() -> new Http(server, key)
                        .get("/v1/keys/self")
                        .body()
                        .at("/account_limits/requests_per_minute")
                        .intValue()
                == 9);
        assertThat(root.patch(path, "{\"groups\":[\"beta\"]}").body().get("groups"))
                .hasToString("[\"beta\"]");
        assertThat(root.get(path).body().at("/limits/requests_per_minute").intValue())
                .isEqualTo(9);
        assertThat(ops.get(path).status()).isEqualTo(403);
        assertThat(root.get("/admin/api/v1/accounts/nobody@example.com").status())
                .isEqualTo(404);
        assertThat(root.post(path + "/api-keys", "{\"name\":\"k\"}").status()).isEqualTo(403);
    }

    @Test
    @Tag("S-02")
    void dumpOfTheDatabaseHoldsNoUsableKey() {
        List<String> texts = List.of(make("{\"name\":\"a\"}"), platformKey(user.account(), user, Set.of()));

        String dump = DatabaseDump.of(databaseUrl);

        assertThat(dump).contains(KeyFormat.id(texts.getFirst()));
        for (String text : texts) {
            assertThat(dump).doesNotContain(text.substring(KeyFormat.SECRET_START, KeyFormat.CHECKED_LENGTH));
        }
    }

    private String make(String body) {
        Http.Answer made = ops.post(KEYS, body);
        assertThat(made.status()).as(made.body().toString()).isEqualTo(201);
        return made.body().get("key").textValue();
    }

    private void awaitRefused(String key, String code) throws InterruptedException {
        long start = System.nanoTime();
        Await.until(() -> new Http(server, key).get("/v1/keys/self").code().equals(code));
        assertThat(System.nanoTime() - start).isLessThan(1_000_000_000L);
    }

    private User newUser(UserRole role) {
        String name = "u-" + UUID.randomUUID();
        return accounts.createUser(name, name + "@example.com", role);
    }

    private String platformKey(long account, User maker, Set<String> rights) {
        KeyTerms terms =
                KeyTerms.named("platform").withScopes(new KeyScopes(Set.of(), List.of(), Set.of(), List.of(), rights));
        return keys.issue(
                        account,
                        maker.id(),
                        KeyType.PLATFORM,
                        terms,
                        rights.contains("admin") ? Keys.ALL_RIGHTS : KeyRules.USUAL_RIGHTS)
                .text()
                .revealText();
    }
}
