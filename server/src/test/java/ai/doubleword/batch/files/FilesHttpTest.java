package ai.doubleword.batch.files;

import static ai.doubleword.batch.files.FileClient.field;
import static ai.doubleword.batch.files.FileClient.file;
import static ai.doubleword.batch.files.FileClient.form;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.blobs.FaultyBlobStore;
import ai.doubleword.jsonl.LineScanner;
import ai.doubleword.keys.Http;
import ai.doubleword.keys.KeyScopes;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import ai.doubleword.keys.TestKeys;
import ai.doubleword.limits.Rates;
import ai.doubleword.platform.Database;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The files API over HTTP, as clients use it.
@QuarkusTest
class FilesHttpTest {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @TestHTTPResource("/")
    URI server;

    @Inject
    OutputContents outputs;

    @Inject
    FilesConfig config;

    @Inject
    TestKeys testKeys;

    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    @Inject
    Database database;

    @Inject
    FaultyBlobStore blobs;

    private final String model = "team/chat-" + UUID.randomUUID();
    private FileClient client;

    @BeforeEach
    void makeModel() {
        Http root = testKeys.administrator(server);
        Http.Answer made = root.post("/admin/api/v1/models", """
                {"name":"%s","targets":[{"provider":"simulator","model":"doubleword-demo"}],
                 "prices":[{"tier":"realtime","input":2,"output":8},{"tier":"batch","window":"1h","input":1,"output":4},
                           {"tier":"batch","window":"24h","input":0.5,"output":2}]}""".formatted(model));
        assertThat(made.status()).as(made.message()).isEqualTo(201);
        client = new FileClient(server, testKeys.inferenceKey());
    }

    @AfterEach
    void emptyDisk() {
        blobs.empty();
    }

    private String line(String id, String more) {
        return """
                {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"%s",\
                "messages":[{"role":"user","content":"hi %s"}]%s}}""".formatted(id, model, id, more);
    }

    private String lines(int from, int to) {
        return String.join(
                "",
                IntStream.range(from, to)
                        .mapToObj(i -> line("id-" + i, "") + "\n")
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/ai/v1"})
    void aFileIsUploadedListedReadAndDeleted(String base) {
        String content = lines(0, 3);
        FileClient.Answer made = client.post(base + "/files", form(field("purpose", "batch"), file(content)));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        JsonNode file = made.json();
        String id = file.get("id").textValue();
        assertThat(id).matches("file_[0-9A-Za-z]{11}");
        assertThat(file.get("object").textValue()).isEqualTo("file");
        assertThat(file.get("bytes").longValue()).isEqualTo(content.length());
        assertThat(file.get("created_at").longValue()).isCloseTo(Instant.now().getEpochSecond(), within(600));
        assertThat(file.get("expires_at").longValue() - file.get("created_at").longValue())
                .isEqualTo(Duration.ofDays(30).toSeconds());
        assertThat(file.get("filename").textValue()).isEqualTo("input.jsonl");
        assertThat(file.get("purpose").textValue()).isEqualTo("batch");
        assertThat(file.get("status").textValue()).isEqualTo("processed");
        assertThat(file.get("created_by_email").textValue()).contains("@");
        assertThat(file.get("context_type").textValue()).isEqualTo("personal");

        assertThat(client.get(base + "/files/" + id).json()).isEqualTo(file);
        assertThat(client.get(base + "/files/" + id.replace("file_", "file-")).json())
                .isEqualTo(file);
        assertThat(client.get(base + "/files").json().get("data")).containsExactly(file);
        FileClient.Answer read = client.get(base + "/files/" + id + "/content", "accept", "application/binary");
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.text()).isEqualTo(content);
        assertThat(read.header("content-type")).isEqualTo("application/x-ndjson");
        assertThat(read.header("X-Incomplete")).isEqualTo("false");
        assertThat(read.header("X-Last-Line")).isEqualTo("3");

        FileClient.Answer gone = client.delete(base + "/files/" + id);
        assertThat(gone.json().get("id").textValue()).isEqualTo(id);
        assertThat(gone.json().get("deleted").booleanValue()).isTrue();
        for (String path : List.of("", "/content", "/cost-estimate")) {
            assertThat(client.get(base + "/files/" + id + path).status()).isEqualTo(404);
        }
        assertThat(client.get(base + "/files").json().get("data")).isEmpty();
    }

    private static org.assertj.core.data.Offset<Long> within(long seconds) {
        return org.assertj.core.data.Offset.offset(seconds);
    }

    @Test
    void thePartsOfTheFormComeInAnyOrderWithOthersAmongThem() {
        List<String> parts = new ArrayList<>(List.of(
                field("purpose", "batch"),
                file(lines(0, 2)),
                field("expires_after[anchor]", "created_at"),
                field("expires_after[seconds]", "3600"),
                field("who-knows", "what")));
        for (int i = 0; i < parts.size(); i++) {
            Collections.rotate(parts, 1);
            FileClient.Answer made = client.post("/v1/files", form(parts.toArray(String[]::new)));
            assertThat(made.status()).as(made.text()).isEqualTo(201);
            assertThat(made.json().get("expires_at").longValue()
                            - made.json().get("created_at").longValue())
                    .isEqualTo(3600);
        }
    }

    @Test
    void aFileOfUnknownLengthIsTakenAndItsHashIsThatOfItsBytes() throws Exception {
        byte[] content = lines(0, 20_000).getBytes(UTF_8);
        String[] around = new String(form(field("purpose", "batch"), file("@")), UTF_8).split("@", -1);
        FileClient.Answer made = client.postChunked(
                "/v1/files",
                () -> new SequenceInputStream(Collections.enumeration(List.of(
                        new ByteArrayInputStream(around[0].getBytes(UTF_8)),
                        new ByteArrayInputStream(content),
                        new ByteArrayInputStream(around[1].getBytes(UTF_8))))));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.json().get("bytes").intValue()).isEqualTo(content.length);
        String id = made.json().get("id").textValue();
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        assertThat(client.get("/v1/files/" + id + "/content").response().body()).isEqualTo(content);
        assertThat(stored(id).sha256()).isEqualTo(hash);
        assertThat(stored(id).lines()).isEqualTo(20_000);
    }

    private BatchFile stored(String id) {
        long number = ai.doubleword.platform.Ids.parse("file", id).getAsLong();
        return database.engine()
                .withHandle(handle -> handle.createQuery("SELECT account FROM file WHERE id = :id")
                        .bind("id", number)
                        .mapTo(Long.class)
                        .findOne())
                .flatMap(account -> database.inAccount(account, handle -> FileStore.kept(handle, account, number)))
                .flatMap(FileRow::asInput)
                .orElseThrow();
    }

    @Test
    void anUploadThatIsCutAnywhereLeavesNothing() throws Exception {
        byte[] whole = form(field("purpose", "batch"), file(lines(0, 400)));
        List<Path> before = blobs.files();
        Random random = new Random(11);
        for (int i = 0; i < 40; i++) {
            client.sendAndLeave(whole, random.nextInt(whole.length - 1));
        }
        // What an earlier test left may go meanwhile.
        await(() -> before.containsAll(blobs.files()));
        assertThat(client.get("/v1/files").json().get("data")).isEmpty();
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("within a minute").isLessThan(end);
            Thread.sleep(20);
        }
    }

    @Test
    void badLinesOfEveryKindAreNamedWithLineAndField() throws Exception {
        List<Path> before = blobs.files();
        String good = line("x", "");
        List<String> kinds = List.of(
                "{not json",
                good.replace("\"x\"", "\"" + "i".repeat(65) + "\""),
                good.replace("\"x\"", "\"a\\u0000\""),
                good.replace("\"custom_id\":\"x\",", ""),
                good.replace("POST", "GET"),
                good.replace("/v1/chat/completions", "/v1/audio"),
                good.replace(",\"body\"", ",\"corpse\""),
                good.replace(model, "nobody-knows-this-model"),
                good.replace("\"model\":", "\"model\":\"other\",\"model\":"),
                good.replace("/v1/chat/completions", "/v1/embeddings").replace("\"messages\"", "\"input\""));
        StringBuilder content = new StringBuilder(line("first", "") + "\n");
        for (int i = 0; i < 1_200; i++) {
            content.append(kinds.get(i % kinds.size()).replace("\"x\"", "\"x" + i + "\""))
                    .append('\n');
        }
        FileClient.Answer refused = client.upload(content.toString());
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("invalid_file");
        assertThat(refused.message()).startsWith("Line 2 is not valid JSON").contains("more problems");
        JsonNode errors = refused.json().at("/error/errors");
        assertThat(errors.get("total").intValue()).isEqualTo(1_200);
        assertThat(errors.get("data")).hasSize(LineScanner.NAMED_PROBLEMS);
        String[] fields = {
            "", "custom_id", "custom_id", "custom_id", "method", "url", "body", "body.model", "body.model", "body.model"
        };
        for (int i = 0; i < LineScanner.NAMED_PROBLEMS; i++) {
            JsonNode error = errors.get("data").get(i);
            assertThat(error.get("line").intValue()).isEqualTo(i + 2);
            assertThat(error.get("param").textValue()).as("line %d", i + 2).isEqualTo(fields[i % fields.length]);
            assertThat(error.get("message").textValue()).startsWith("Line " + (i + 2));
            assertThat(error.get("code").textValue()).isNotEmpty();
        }
        await(() -> before.containsAll(blobs.files()));
    }

    @Test
    void anIdThatStandsTwiceNamesBothLines() {
        FileClient.Answer refused = client.upload(lines(0, 3) + line("id-1", ""));
        assertThat(refused.message()).contains("Line 4: \"custom_id\" 'id-1' stands in line 2 too");
    }

    @Test
    void aLineOfSixtyMegabytesIsRefusedByItsNumberAndTheOthersAreRead() {
        byte[] x = new byte[1 << 20];
        java.util.Arrays.fill(x, (byte) 'x');
        String[] around = line("large", "").split("hi large", -1);
        List<InputStream> parts = new ArrayList<>();
        parts.add(new ByteArrayInputStream(new String(form(field("purpose", "batch")), UTF_8)
                .replace("--" + FileClient.BOUNDARY + "--\r\n", "")
                .getBytes(UTF_8)));
        String head = file("@").split("@", -1)[0];
        parts.add(new ByteArrayInputStream((head + line("one", "") + "\n" + around[0]).getBytes(UTF_8)));
        for (int i = 0; i < 60; i++) {
            parts.add(new ByteArrayInputStream(x));
        }
        String tail = around[1] + "\n{}\r\n--" + FileClient.BOUNDARY + "--\r\n";
        parts.add(new ByteArrayInputStream(tail.getBytes(UTF_8)));
        FileClient.Answer refused =
                client.postChunked("/v1/files", () -> new SequenceInputStream(Collections.enumeration(parts)));
        assertThat(refused.status()).as(refused.text()).isEqualTo(400);
        assertThat(refused.message())
                .startsWith("Line 2 is longer than the 33554432 bytes")
                .contains("Line 3");
    }

    @Test
    void aFileThatIsTooLargeIsRefusedBeforeItIsSent() throws IOException {
        assertThat(client.announce(300L << 20)).startsWith("HTTP/1.1 413");
    }

    @Test
    void aDiskThatIsFullIsSaidAndNothingIsLeft() throws Exception {
        List<Path> before = blobs.files();
        blobs.leaveRoom(100_000);
        FileClient.Answer refused = client.upload(lines(0, 2_000));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("storage_unavailable");
        assertThat(refused.header("retry-after")).matches("[0-9]+");
        assertThat(refused.text()).doesNotContain("device");
        blobs.empty();
        // What an earlier test left may go meanwhile.
        await(() -> before.containsAll(blobs.files()));
        assertThat(client.get("/v1/files").json().get("data")).isEmpty();
        assertThat(client.upload(lines(0, 2)).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({
        "assistants, purpose",
        "fine-tune, purpose",
        "vision, purpose",
        "user_data, purpose",
        "nonsense, purpose"
    })
    void otherPurposesAreRefusedClearly(String purpose, String param) {
        FileClient.Answer refused = client.post("/v1/files", form(file(lines(0, 1)), field("purpose", purpose)));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/error/param").textValue()).isEqualTo(param);
        assertThat(refused.message()).contains("`batch`");
    }

    @Test
    void aFormThatLacksSomethingIsRefused() {
        assertThat(client.post("/v1/files", form(file(lines(0, 1))))
                        .json()
                        .at("/error/param")
                        .textValue())
                .isEqualTo("purpose");
        assertThat(client.post("/v1/files", form(field("purpose", "batch")))
                        .json()
                        .at("/error/param")
                        .textValue())
                .isEqualTo("file");
        FileClient.Answer life = client.post(
                "/v1/files", form(field("purpose", "batch"), field("expires_after[seconds]", "59"), file(lines(0, 1))));
        assertThat(life.json().at("/error/param").textValue()).isEqualTo("expires_after[seconds]");
        assertThat(client.post("/v1/files", "no form at all".getBytes(UTF_8)).status())
                .isEqualTo(400);
        assertThat(client.upload("").code()).isEqualTo("invalid_file");
    }

    @Test
    void linesAreReadByPageAndSearchAndBytesByRange() {
        String id = client.upload(lines(0, 10)).json().get("id").textValue();
        String content = "/v1/files/" + id + "/content";
        FileClient.Answer page = client.get(content + "?offset=2&limit=3");
        assertThat(page.text()).isEqualTo(lines(2, 5));
        assertThat(page.header("X-Last-Line")).isEqualTo("5");
        assertThat(page.header("X-Incomplete")).isEqualTo("true");
        FileClient.Answer rest = client.get(content + "?skip=5");
        assertThat(rest.text()).isEqualTo(lines(5, 10));
        assertThat(rest.header("X-Last-Line")).isEqualTo("10");
        assertThat(rest.header("X-Incomplete")).isEqualTo("false");
        FileClient.Answer behind = client.get(content + "?offset=10");
        assertThat(behind.status()).isEqualTo(200);
        assertThat(behind.text()).isEmpty();
        assertThat(behind.header("X-Last-Line")).isEqualTo("10");

        FileClient.Answer found = client.get(content + "?search=HI%20ID-7");
        assertThat(found.text()).isEqualTo(lines(7, 8));
        assertThat(found.header("X-Last-Line")).isEqualTo("10");
        FileClient.Answer first = client.get(content + "?search=id&limit=2&offset=1");
        assertThat(first.text()).isEqualTo(lines(1, 3));
        assertThat(first.header("X-Last-Line")).isEqualTo("3");
        assertThat(first.header("X-Incomplete")).isEqualTo("true");

        FileClient.Answer part = client.get(content, "range", "bytes=5-14");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo(lines(0, 10).substring(5, 15));
        assertThat(part.header("content-range"))
                .isEqualTo("bytes 5-14/" + lines(0, 10).length());
        assertThat(client.get(content, "range", "bytes=99999-").status()).isEqualTo(416);
        assertThat(client.get(content + "?limit=-1").json().at("/error/param").textValue())
                .isEqualTo("limit");
    }

    @Test
    void filesAreListedInPages() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(client.upload(lines(i, i + 1)).json().get("id").textValue());
        }
        JsonNode newest = client.get("/v1/files?limit=2").json();
        assertThat(newest.get("data").findValuesAsText("id")).containsExactly(ids.get(4), ids.get(3));
        assertThat(newest.get("has_more").booleanValue()).isTrue();
        assertThat(newest.get("last_id").textValue()).isEqualTo(ids.get(3));
        JsonNode rest = client.get("/v1/files?limit=10&after=" + ids.get(3)).json();
        assertThat(rest.get("data").findValuesAsText("id")).containsExactly(ids.get(2), ids.get(1), ids.get(0));
        assertThat(rest.get("has_more").booleanValue()).isFalse();
        JsonNode oldest = client.get("/v1/files?order=asc&purpose=batch").json();
        assertThat(oldest.get("data").findValuesAsText("id")).isEqualTo(ids);
        assertThat(client.get("/v1/files?purpose=batch_output").json().get("data"))
                .isEmpty();
    }

    @Test
    void theEstimateIsExactMoneyByModelAndWindow() {
        String content = line("a", ",\"max_tokens\":100") + "\n" + line("b", ",\"max_tokens\":50,\"n\":2") + "\n"
                + line("c", "");
        String id = client.upload(content).json().get("id").textValue();
        JsonNode day = client.get("/v1/files/" + id + "/cost-estimate").json();
        long input = day.get("total_estimated_input_tokens").longValue();
        long output = day.get("total_estimated_output_tokens").longValue();
        assertThat(day.get("file_id").textValue()).isEqualTo(id);
        assertThat(day.get("total_requests").intValue()).isEqualTo(3);
        assertThat(output).isEqualTo(100 + 2 * 50 + 1_024);
        assertThat(day.get("total_estimated_cost").textValue()).isEqualTo(dollars(input * 500 + output * 2_000));
        JsonNode one = day.get("models").get(0);
        assertThat(day.get("models")).hasSize(1);
        assertThat(one.get("model").textValue()).isEqualTo(model);
        assertThat(one.get("request_count").intValue()).isEqualTo(3);
        assertThat(one.get("estimated_cost").textValue())
                .isEqualTo(day.get("total_estimated_cost").textValue());
        JsonNode hour = client.get("/v1/files/" + id + "/cost-estimate?completion_window=1h")
                .json();
        assertThat(hour.get("total_estimated_cost").textValue()).isEqualTo(dollars(input * 1_000 + output * 4_000));
        assertThat(client.get("/v1/files/" + id + "/cost-estimate?completion_window=soon")
                        .status())
                .isEqualTo(400);
    }

    private static String dollars(long nanos) {
        return java.math.BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
    }

    @Test
    @Tag("S-09")
    @Tag("S-12")
    void anothersFileDoesNotExist() {
        String id = client.upload(lines(0, 1)).json().get("id").textValue();
        FileClient stranger = new FileClient(server, testKeys.inferenceKey());
        for (String path : List.of("", "/content", "/cost-estimate")) {
            assertThat(stranger.get("/v1/files/" + id + path).status()).isEqualTo(404);
        }
        assertThat(stranger.delete("/v1/files/" + id).status()).isEqualTo(404);
        assertThat(stranger.get("/v1/files").json().get("data")).isEmpty();
        assertThat(client.get("/v1/files/" + id).status()).isEqualTo(200);
        assertThat(client.get("/v1/files/nonsense").status()).isEqualTo(400);
    }

    @Test
    @Tag("S-09")
    void inAnOrganizationAMemberSeesTheOwnFilesAndAnOwnerAll() {
        User owner = newUser();
        Organization organization = accounts.createOrganization("org-" + UUID.randomUUID(), "Files", owner.id());
        User one = newUser();
        User other = newUser();
        accounts.putMember(organization.id(), one.id(), MemberRole.MEMBER, true);
        accounts.putMember(organization.id(), other.id(), MemberRole.MEMBER, true);
        FileClient asOne = member(organization, one);
        FileClient asOther = member(organization, other);
        FileClient asOwner = member(organization, owner);
        String id = asOne.upload(lines(0, 1)).json().get("id").textValue();
        assertThat(asOther.get("/v1/files/" + id).status()).isEqualTo(404);
        assertThat(asOther.get("/v1/files").json().get("data")).isEmpty();
        assertThat(asOwner.get("/v1/files/" + id).json().get("context_type").textValue())
                .isEqualTo("organization");
        assertThat(new FileClient(server, key(owner.account(), owner, KeyScopes.UNRESTRICTED))
                        .get("/v1/files/" + id)
                        .status())
                .as("the owner's personal key")
                .isEqualTo(404);
        database.engine()
                .useHandle(handle -> handle.execute(
                        "UPDATE organization SET visibility = 'organization' WHERE id = ?", organization.id()));
        assertThat(asOther.get("/v1/files/" + id).status()).isEqualTo(200);
        assertThat(asOther.delete("/v1/files/" + id).status()).isEqualTo(403);
        assertThat(asOwner.delete("/v1/files/" + id).status()).isEqualTo(200);
    }

    @Test
    void aKeyNeedsTheScopeAndTheModel() {
        User user = newUser();
        FileClient chatOnly = new FileClient(
                server,
                key(user.account(), user, new KeyScopes(Set.of("chat"), List.of(), Set.of(), List.of(), Set.of())));
        assertThat(chatOnly.upload(lines(0, 1)).code()).isEqualTo("scope_denied");
        assertThat(chatOnly.get("/v1/files").code()).isEqualTo("scope_denied");
        FileClient otherModel = new FileClient(
                server,
                key(user.account(), user, new KeyScopes(Set.of(), List.of("other-*"), Set.of(), List.of(), Set.of())));
        FileClient.Answer refused = otherModel.upload(lines(0, 2));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("model_not_allowed");
        assertThat(refused.message()).contains("Line 1: \"body.model\"");
        assertThat(new FileClient(server, "dw_sk_nonsense").upload(lines(0, 1)).status())
                .isEqualTo(401);
    }

    @Test
    void theSameFileUnderTheSameIdempotencyKeyIsOneFile() throws Exception {
        String once = java.util.UUID.randomUUID().toString();
        FileClient.Answer first = client.uploadOnce(once, lines(0, 3));
        List<Path> before = blobs.files();
        FileClient.Answer again = client.uploadOnce(once, lines(0, 3));
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.header("idempotent-replayed")).isEqualTo("true");
        assertThat(first.header("idempotent-replayed")).isEmpty();
        assertThat(blobs.files()).as("nothing of the repeat is kept").containsExactlyInAnyOrderElementsOf(before);
        assertThat(client.get("/v1/files?limit=10").json().get("data")).hasSize(1);

        FileClient.Answer other = client.uploadOnce(once, lines(3, 6));
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.code()).isEqualTo("idempotency_key_reused");
        assertThat(client.get("/v1/files?limit=10").json().get("data")).hasSize(1);
        assertThat(client.uploadOnce(java.util.UUID.randomUUID().toString(), "{}")
                        .status())
                .isEqualTo(400);
        assertThat(client.get("/v1/files/" + first.json().get("id").asText()).status())
                .isEqualTo(200);
    }

    @Test
    void whatHasExpiredIsGoneAndItsBytesGoWhenNoBatchReadsThem() throws Exception {
        List<Path> before = blobs.files();
        String id = client.upload(lines(0, 5)).json().get("id").textValue();
        BatchFile file = stored(id);
        assertThat(blobs.files().stream().filter(path -> !before.contains(path)))
                .as("a short index lies behind its file")
                .hasSize(1);
        database.engine()
                .useHandle(handle -> assertThat(FileStore.use(handle, file.account(), file.id(), Instant.now()))
                        .isEqualTo(1));
        FilePurge purge = new FilePurge(database, blobs, outputs, config, Clock.systemUTC());
        database.engine()
                .useHandle(handle -> handle.execute(
                        "UPDATE file SET expires_at = now() - interval '1 second' WHERE id = ?", file.id()));
        assertThat(client.get("/v1/files/" + id).status()).isEqualTo(404);
        database.engine().useHandle(handle -> FileStore.expire(handle, Instant.now()));
        purge.run();
        assertThat(blobs.exists(file.blob())).isTrue();
        database.engine()
                .useHandle(handle -> FileStore.release(handle, List.of(new BatchFiles.Use(file.account(), file.id()))));
        purge.run();
        assertThat(blobs.exists(file.blob())).isFalse();
        assertThat(blobs.exists(file.index().blob())).isFalse();
    }

    private FileClient member(Organization organization, User user) {
        return new FileClient(server, key(organization.account(), user, KeyScopes.UNRESTRICTED));
    }

    private User newUser() {
        String name = "u-" + UUID.randomUUID();
        return accounts.createUser(name, name + "@example.com", UserRole.USER);
    }

    private String key(long account, User user, KeyScopes scopes) {
        KeyTerms terms = new KeyTerms("test", "", scopes, Rates.UNLIMITED, true, Map.of(), null);
        return keys.issue(account, user.id(), KeyType.INFERENCE, terms, Set.of("keys"))
                .text()
                .revealText();
    }
}
