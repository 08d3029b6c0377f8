package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `Idempotency-Key` on management routes.
@QuarkusTest
class ManagementIdempotencyTest {
    private static final String KEYS = "/admin/api/v1/users/current/api-keys";
    private static final String HEADER = "Idempotency-Key";

    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    @Inject
    @ConfigProperty(name = "doubleword.database.migration-url")
    String databaseUrl;

    @TestHTTPResource("/")
    URI server;

    private final String once = UUID.randomUUID().toString();
    private User user;
    private Http ops;

    @BeforeEach
    void makeUserWithPlatformKey() {
        String name = "u-" + UUID.randomUUID();
        user = accounts.createUser(name, name + "@example.com", UserRole.ADMINISTRATOR);
        ops = platformKey("keys", "usage", "admin");
    }

    @Test
    @Tag("S-02")
    void repeatOfACreationGivesTheSameSecretAndTheDatabaseHoldsItSealed() {
        Http.Answer first = ops.post(KEYS, "{\"name\":\"k\"}", HEADER, once);
        Http.Answer repeat = ops.post(KEYS, "{\"name\":\"k\"}", HEADER, once);

        assertThat(first.status()).isEqualTo(201);
        assertThat(repeat.status()).isEqualTo(201);
        assertThat(repeat.response().body()).isEqualTo(first.response().body());
        assertThat(first.response().headers().firstValue("idempotent-replayed")).isEmpty();
        assertThat(repeat.response().headers().firstValue("idempotent-replayed"))
                .contains("true");
        assertThat(repeat.response().headers().firstValue("cache-control")).contains("no-store");
        assertThat(ops.get(KEYS).body().get("total_count").intValue()).isEqualTo(2);
        String secret = first.body().get("key").textValue().substring(KeyFormat.SECRET_START);
        assertThat(DatabaseDump.of(databaseUrl)).doesNotContain(secret);
    }

    @Test
    void differentBodyPathOrRightsUnderTheSameKeyIsRefused() {
        assertThat(ops.post(KEYS, "{\"name\":\"k\"}", HEADER, once).status()).isEqualTo(201);

        Http.Answer other = ops.post(KEYS, "{\"name\":\"other\"}", HEADER, once);
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.code()).isEqualTo("idempotency_key_reused");
        assertThat(ops.post(KEYS + "?a=b", "{\"name\":\"k\"}", HEADER, once).status())
                .isEqualTo(422);
        assertThat(platformKey("keys")
                        .post(KEYS, "{\"name\":\"k\"}", HEADER, once)
                        .status())
                .isEqualTo(422);
        assertThat(ops.get(KEYS).body().get("total_count").intValue()).isEqualTo(3);
    }

    @Test
    void twinsAtTheSameTimeMakeOneKey() throws Exception {
        List<Callable<Http.Answer>> twins = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            twins.add(() -> ops.post(KEYS, "{\"name\":\"k\"}", HEADER, once));
        }
        Set<String> answers = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Http.Answer> twin : threads.invokeAll(twins)) {
                assertThat(twin.get().status()).isEqualTo(201);
                answers.add(twin.get().response().body());
            }
        }
        assertThat(answers).hasSize(1);
        assertThat(ops.get(KEYS).body().get("total_count").intValue()).isEqualTo(2);
    }

    @Test
    void refusedRequestMayBeCorrectedUnderTheSameKey() {
        assertThat(ops.post(KEYS, "{\"name\":\"\"}", HEADER, once).status()).isEqualTo(400);
        assertThat(ops.post(KEYS, "{\"name\":\"k\"}", HEADER, once).status()).isEqualTo(201);
    }

    @Test
    void changesAndDeletionsAreRepeatedToo() {
        String id = ops.post(KEYS, "{\"name\":\"k\"}").body().get("id").textValue();

        assertThat(ops.patch(KEYS + "/" + id, "{\"name\":\"a\"}", HEADER, once + 1)
                        .status())
                .isEqualTo(200);
        assertThat(ops.patch(KEYS + "/" + id, "{\"name\":\"b\"}").status()).isEqualTo(200);
        Http.Answer repeat = ops.patch(KEYS + "/" + id, "{\"name\":\"a\"}", HEADER, once + 1);
        assertThat(repeat.body().get("name").textValue()).isEqualTo("a");
        assertThat(ops.get(KEYS + "/" + id).body().get("name").textValue()).isEqualTo("b");

        assertThat(ops.delete(KEYS + "/" + id, HEADER, once + 2).status()).isEqualTo(204);
        assertThat(ops.delete(KEYS + "/" + id, HEADER, once + 2).status()).isEqualTo(204);
        assertThat(ops.delete(KEYS + "/" + id, HEADER, once + 3).status()).isEqualTo(404);
    }

    @Test
    void rotationAndProvidersAreCoveredByTheSameRule() {
        String id = ops.post(KEYS, "{\"name\":\"k\"}").body().get("id").textValue();
        Http.Answer rotated = ops.post(KEYS + "/" + id + "/rotate", "{}", HEADER, once);
        assertThat(rotated.status()).isEqualTo(201);
        assertThat(ops.post(KEYS + "/" + id + "/rotate", "{}", HEADER, once)
                        .response()
                        .body())
                .isEqualTo(rotated.response().body());

        String provider = "{\"name\":\"p-%s\",\"base_url\":\"http://127.0.0.1:9/v1\"}".formatted(UUID.randomUUID());
        Http.Answer added = ops.post("/admin/api/v1/providers", provider, HEADER, once + 1);
        assertThat(added.status()).isEqualTo(201);
        assertThat(ops.post("/admin/api/v1/providers", provider, HEADER, once + 1)
                        .response()
                        .body())
                .isEqualTo(added.response().body());
    }

    @Test
    void twoUsersNeverMeetUnderOneKey() {
        Http.Answer mine = ops.post(KEYS, "{\"name\":\"k\"}", HEADER, once);
        makeUserWithPlatformKey();
        Http.Answer theirs = ops.post(KEYS, "{\"name\":\"k\"}", HEADER, once);

        assertThat(theirs.status()).isEqualTo(201);
        assertThat(theirs.body().get("id")).isNotEqualTo(mine.body().get("id"));
    }

    private Http platformKey(String... rights) {
        KeyTerms terms = new KeyTerms(
                "ops",
                "",
                new KeyScopes(Set.of(), List.of(), Set.of(), List.of(), Set.of(rights)),
                ai.doubleword.limits.Rates.UNLIMITED,
                false,
                Map.of(),
                null);
        return new Http(
                server,
                keys.issue(user.account(), user.id(), KeyType.PLATFORM, terms, KeyRules.ALL_RIGHTS)
                        .text()
                        .revealText());
    }
}
