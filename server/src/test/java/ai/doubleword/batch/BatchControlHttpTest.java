package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.MemberRole;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.OrganizationTerms;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.keys.KeyTerms;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pausing, choosing what to retry, watching and quoting, over HTTP.
@QuarkusTest
class BatchControlHttpTest extends BatchClient {
    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    @Inject
    BatchWatch watch;

    private String lines(String model, int count) {
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < count; i++) {
            file.append(chatLine("c" + i, model, false));
        }
        return file.toString();
    }

    private static String path(JsonNode batch) {
        return "/v1/batches/" + batch.get("id").asText();
    }

    private static int done(JsonNode batch) {
        return batch.at("/request_counts/completed").asInt()
                + batch.at("/request_counts/failed").asInt();
    }

    @Test
    void aPausedBatchBeginsNothingAndGoesOnWhenItIsResumed() throws Exception {
        String slow = fixture.chat("slow-first-byte?ms=300");
        JsonNode created = create(upload(lines(slow, 300)), "24h");
        await(created, status -> true, batch -> done(batch) > 0);

        Answer paused = post(path(created) + "/pause", "");
        assertThat(paused.status()).as(paused.response().body()).isEqualTo(200);
        assertThat(paused.body().get("status").asText()).isEqualTo("in_progress");
        assertThat(paused.body().get("paused_at").isIntegralNumber()).isTrue();
        assertThat(paused.body().get("notice").asText()).contains("The deadline stays: 20");
        assertThat(paused.body().get("expires_at")).isEqualTo(created.get("expires_at"));
        assertThat(post(path(created) + "/pause", "").body().get("paused_at"))
                .isEqualTo(paused.body().get("paused_at"));

        JsonNode still = await(created, status -> true, batch -> {
            return number("SELECT count(*) FROM chunk WHERE state = 1 AND batch = " + id(batch)) == 0;
        });
        assertThat(done(still)).isLessThan(300);
        assertThat(number("SELECT count(*) FROM chunk WHERE state = 0 AND batch = " + id(created)))
                .isPositive();

        Answer resumed = post("/ai" + path(created) + "/resume", "");
        assertThat(resumed.status()).isEqualTo(200);
        assertThat(resumed.body().has("paused_at")).isFalse();
        JsonNode whole = await(created, status -> status.equals("completed"));
        assertThat(whole.at("/request_counts/completed").asInt()).isEqualTo(300);
        assertThat(content(whole.get("output_file_id").asText()).lines()).hasSize(300);
    }

    @Test
    void whatHasEndedIsNeitherPausedNorResumed() throws Exception {
        JsonNode batch = await(create(upload(lines(fixture.chat(""), 1)), "24h"), "completed"::equals);
        assertThat(post(path(batch) + "/pause", "").status()).isEqualTo(400);
        assertThat(post(path(batch) + "/pause", "").code()).isEqualTo("batch_ended");
        assertThat(post(path(batch) + "/resume", "").code()).isEqualTo("batch_ended");
        assertThat(post("/v1/batches/batch_00000000000/pause", "").status()).isEqualTo(404);
    }

    @Test
    void theWindowOfAPausedBatchEndsAndItsRestIsWrittenDown() throws Exception {
        String slow = fixture.chat("slow-first-byte?ms=300");
        JsonNode created = create(upload(lines(slow, 200)), "1h");
        post(path(created) + "/pause", "");
        database.engine()
                .useHandle(handle -> handle.execute("UPDATE batch SET expires_at = now() WHERE id = " + id(created)));
        JsonNode batch = await(created, "expired"::equals);
        assertThat(batch.has("paused_at")).isFalse();
        assertThat(content(batch.get("error_file_id").asText()).lines()).hasSize(200 - done(batch));
    }

    @Test
    void aPausedBatchIsCancelled() throws Exception {
        JsonNode created = create(upload(lines(fixture.chat("slow-first-byte?ms=300"), 200)), "1h");
        post(path(created) + "/pause", "");
        assertThat(post(path(created) + "/cancel", "").status()).isEqualTo(200);
        await(created, "cancelled"::equals);
    }

    @Test
    void onlyChosenLinesAreRetried() throws Exception {
        String bad = fixture.chat("400?times=3&message=" + own());
        JsonNode created = create(upload(lines(bad, 3) + chatLine("good", fixture.chat(""), false)), "1h");
        JsonNode batch = await(created, "completed"::equals);
        assertThat(batch.at("/request_counts/failed").asInt()).isEqualTo(3);

        Answer answer = post(path(batch) + "/retry-requests", "{\"custom_ids\":[\"c1\"]}");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        JsonNode retried = await(batch, "completed"::equals);
        assertThat(retried.at("/request_counts/completed").asInt()).isEqualTo(2);
        assertThat(retried.at("/request_counts/failed").asInt()).isEqualTo(2);
        assertThat(content(retried.get("output_file_id").asText()).lines())
                .extracting(line -> line.get("custom_id").asText())
                .containsExactlyInAnyOrder("good", "c1");

        assertThat(post(path(batch) + "/retry", "").status()).isEqualTo(200);
        JsonNode whole = await(batch, "completed"::equals);
        assertThat(whole.at("/request_counts/completed").asInt()).isEqualTo(4);
    }

    @Test
    void linesThatCannotBeRetriedAreNamed() throws Exception {
        JsonNode batch = await(
                create(upload(lines(fixture.chat(""), 1) + chatLine("bad", fixture.chat("400"), false)), "1h"),
                "completed"::equals);
        Answer unknown = post(path(batch) + "/retry-requests", "{\"custom_ids\":[\"bad\",\"nowhere\"]}");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.body().at("/error/param").asText()).isEqualTo("custom_ids");
        assertThat(unknown.body().at("/error/message").asText()).contains("nowhere");
        Answer answered = post(path(batch) + "/retry-requests", "{\"custom_ids\":[\"bad\",\"c0\"]}");
        assertThat(answered.status()).isEqualTo(400);
        assertThat(answered.body().at("/error/message").asText()).contains("c0").doesNotContain("bad");
        assertThat(post(path(batch) + "/retry-requests", "{}").code()).isEqualTo("missing_required_parameter");
        assertThat(get(path(batch)).body().get("status").asText()).isEqualTo("completed");
    }

    @Test
    void linesOfACancelledBatchThatNobodyChoseStayUndone() throws Exception {
        JsonNode created = create(upload(lines(fixture.chat("slow-first-byte?ms=300"), 200)), "24h");
        post(path(created) + "/cancel", "");
        JsonNode cancelled = await(created, "cancelled"::equals);
        int done = done(cancelled);
        List<String> answered = new ArrayList<>();
        content(cancelled.get("output_file_id").asText())
                .lines()
                .forEach(line -> answered.add(line.get("custom_id").asText()));
        String open = IntStream.range(0, 200)
                .mapToObj(line -> "c" + line)
                .filter(line -> !answered.contains(line))
                .findFirst()
                .orElseThrow();
        Answer again = post(path(created) + "/retry-requests", "{\"custom_ids\":[\"" + open + "\"]}");
        assertThat(again.status()).as(again.response().body()).isEqualTo(200);
        JsonNode ended = await(created, "cancelled"::equals);
        assertThat(done(ended)).isEqualTo(done + 1);
        post(path(created) + "/retry", "");
        assertThat(done(await(created, "completed"::equals))).isEqualTo(200);
    }

    private record Event(String id, String name, JsonNode batch) {}

    private static List<Event> events(String stream) throws Exception {
        List<Event> events = new ArrayList<>();
        for (String block : stream.split("\n\n", -1)) {
            String id = "";
            String name = "";
            String data = "";
            for (String line : block.split("\n", -1)) {
                id = line.startsWith("id: ") ? line.substring(4) : id;
                name = line.startsWith("event: ") ? line.substring(7) : name;
                data = line.startsWith("data: ") ? line.substring(6) : data;
            }
            if (!name.isEmpty()) {
                events.add(new Event(id, name, JSON.readTree(data)));
            }
        }
        return events;
    }

    @Test
    void theStreamOfEventsTellsProgressAndClosesWithTheEnd() throws Exception {
        JsonNode created = create(upload(lines(fixture.chat("slow-first-byte?ms=400"), 150)), "24h");
        Answer answer = get(path(created) + "/events");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().headers().firstValue("content-type").orElseThrow())
                .startsWith("text/event-stream");
        List<Event> events = events(answer.response().body());
        assertThat(events.size()).isGreaterThan(1);
        assertThat(events.subList(0, events.size() - 1)).extracting(Event::name).containsOnly("batch.progress");
        assertThat(events.getLast().name()).isEqualTo("batch.completed");
        assertThat(done(events.getLast().batch())).isEqualTo(150);
        int before = -1;
        for (Event event : events) {
            assertThat(done(event.batch())).isGreaterThanOrEqualTo(before);
            before = done(event.batch());
        }

        String last = events.getLast().id();
        assertThat(send("GET", path(created) + "/events", null, "Last-Event-ID", last)
                        .status())
                .isEqualTo(204);
        Answer resumed = send(
                "GET",
                path(created) + "/events",
                null,
                "Last-Event-ID",
                events.getFirst().id());
        assertThat(events(resumed.response().body())).extracting(Event::name).containsExactly("batch.completed");
    }

    @Test
    void aReaderWhoResumesHearsOnlyWhatIsNew() throws Exception {
        JsonNode created = create(upload(lines(fixture.chat("slow-first-byte?ms=500"), 120)), "24h");
        post(path(created) + "/pause", "");
        JsonNode still = await(created, status -> true, batch -> {
            return number("SELECT count(*) FROM chunk WHERE state = 1 AND batch = " + id(batch)) == 0;
        });
        String heard =
                "in_progress-paused-" + still.at("/request_counts/completed").asInt() + "-0";
        CompletableFuture<Answer> reader = CompletableFuture.supplyAsync(() -> {
            try {
                return send("GET", path(created) + "/events", null, "Last-Event-ID", heard);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        post(path(created) + "/resume", "");
        List<Event> events = events(reader.get(60, TimeUnit.SECONDS).response().body());
        assertThat(events).extracting(Event::id).doesNotContain(heard);
        assertThat(events.getLast().name()).isEqualTo("batch.completed");
    }

    @Test
    void aLongPollAnswersWhenTheBatchHasEnded() throws Exception {
        JsonNode created = create(upload(lines(fixture.chat("slow-first-byte?ms=700"), 1)), "24h");
        Answer answer = send("GET", path(created), null, "Prefer", "wait=60");
        assertThat(answer.body().get("status").asText()).isEqualTo("completed");
        assertThat(answer.response().headers().firstValue("preference-applied")).contains("wait=60");
        assertThat(send("GET", path(created), null, "Prefer", "wait=60")
                        .response()
                        .headers()
                        .firstValue("preference-applied"))
                .isEmpty();
    }

    @Test
    void aLongPollThatIsOverShowsTheBatchAsItIs() throws Exception {
        JsonNode created = create(upload(lines(fixture.chat("slow-first-byte?ms=60000"), 1)), "24h");
        Answer answer = send("GET", path(created), null, "Prefer", "wait=1");
        assertThat(answer.body().get("status").asText()).isEqualTo("in_progress");
        assertThat(answer.response().headers().firstValue("preference-applied")).contains("wait=1");
        post(path(created) + "/cancel", "");
    }

    @Test
    void nobodyIsWatchedForWhoHasGone() throws Exception {
        JsonNode created = create(upload(lines(fixture.chat(""), 1)), "24h");
        await(created, "completed"::equals);
        get(path(created) + "/events");
        send("GET", path(created), null, "Prefer", "wait=1");
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (watch.watching() > 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(10);
        }
    }

    @Test
    void aQuotePricesEachWindowAndSaysWhatItsFinishRestsOn() throws Exception {
        String model = fixture.chat("");
        String file = upload(lines(model, 40));
        Answer fresh = get("/v1/batches/quote?file=" + file);
        assertThat(fresh.status()).as(fresh.response().body()).isEqualTo(200);
        assertThat(fresh.body().get("total_requests").asInt()).isEqualTo(40);
        List<String> windows = fresh.body().get("windows").findValuesAsText("completion_window");
        assertThat(windows).containsExactly("1h", "24h", "background");
        JsonNode hour = fresh.body().at("/windows/0");
        assertThat(hour.get("basis").asText()).isEqualTo("estimated");
        assertThat(hour.has("in_time")).isFalse();
        assertThat(hour.get("deadline").asText()).isEqualTo("estimated");
        assertThat(fresh.body().at("/windows/2").has("deadline")).isFalse();
        assertThat(hour.get("total_estimated_cost").isTextual()).isTrue();
        assertThat(hour.at("/models/0/model").asText()).isEqualTo(model);
        assertThat(fresh.body().at("/windows/2").has("estimated_finish_at")).isFalse();

        // The engine measures over a second at least.
        String slow = fixture.chat("slow-first-byte?ms=1500");
        String slowFile = upload(lines(slow, 20));
        await(create(slowFile, "24h"), "completed"::equals);
        JsonNode measured = get("/ai/v1/batches/quote?completion_window=2h&file=" + slowFile)
                .body()
                .at("/windows/0");
        assertThat(measured.get("completion_window").asText()).isEqualTo("2h");
        assertThat(measured.get("basis").asText()).isEqualTo("measured");
        assertThat(measured.get("in_time").asBoolean()).isTrue();
        assertThat(measured.get("deadline").asText()).as("of a few seconds").isEqualTo("estimated");
        assertThat(measured.get("estimated_finish_at").isIntegralNumber()).isTrue();

        assertThat(get("/v1/batches/quote").code()).isEqualTo("missing_required_parameter");
        assertThat(get("/v1/batches/quote?file=file_00000000000").status()).isEqualTo(404);
    }

    @Test
    void aBatchKnowsWhatItCameTo() throws Exception {
        JsonNode batch = await(create(upload(lines(fixture.chat(""), 12)), "24h"), "completed"::equals);
        assertThat(number("SELECT p.cost - coalesce(sum(u.cost), 0) FROM batch_progress p, usage u WHERE p.batch = "
                        + id(batch) + " AND u.batch = p.batch GROUP BY p.cost"))
                .isZero();
        assertThat(number("SELECT input FROM batch_progress WHERE batch = " + id(batch)))
                .isPositive();
    }

    @Test
    @Tag("S-09")
    void nothingOfAnothersBatchCanBeSeenOrChanged() throws Exception {
        JsonNode batch = create(upload(lines(fixture.chat(""), 1)), "24h");
        String file = batch.get("input_file_id").asText();
        key = fixture.key();
        for (String verb : List.of("pause", "resume", "cancel", "retry")) {
            assertThat(post(path(batch) + "/" + verb, "").status()).as(verb).isEqualTo(404);
        }
        assertThat(post(path(batch) + "/retry-requests", "{\"custom_ids\":[\"c0\"]}")
                        .status())
                .isEqualTo(404);
        assertThat(get(path(batch) + "/events").status()).isEqualTo(404);
        assertThat(send("GET", path(batch), null, "Prefer", "wait=30").status()).isEqualTo(404);
        assertThat(get("/v1/batches/quote?file=" + file).status()).isEqualTo(404);
    }

    @Test
    @Tag("S-09")
    void aMemberSeesTheOwnBatchesAndWhereAllIsSharedChangesNoOthers() throws Exception {
        User owner = user();
        User member = user();
        Organization organization =
                accounts.createOrganization("org-" + UUID.randomUUID(), "Shared or not", owner.id());
        accounts.putMember(organization.id(), member.id(), MemberRole.MEMBER, false);
        String ownersKey = key(organization.account(), owner);
        String membersKey = key(organization.account(), member);

        key = membersKey;
        JsonNode own = await(create(upload(lines(fixture.chat(""), 1)), "24h"), "completed"::equals);
        key = ownersKey;
        JsonNode others = await(create(upload(lines(fixture.chat(""), 1)), "24h"), "completed"::equals);
        assertThat(get(path(own)).status()).isEqualTo(200);

        key = membersKey;
        assertThat(get(path(others)).status()).isEqualTo(404);
        assertThat(post(path(others) + "/cancel", "").status()).isEqualTo(404);
        assertThat(get("/v1/batches").body().get("data").findValuesAsText("id"))
                .containsExactly(own.get("id").asText());

        accounts.describe(organization, new OrganizationTerms("", "organization"));
        assertThat(get(path(others)).status()).isEqualTo(200);
        Answer refused = post(path(others) + "/cancel", "");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("permission_denied");
        assertThat(send("DELETE", path(others), null).status()).isEqualTo(403);
        assertThat(post(path(own) + "/cancel", "").status()).isEqualTo(200);
    }

    private User user() {
        String name = "u-" + UUID.randomUUID();
        return accounts.createUser(name, name + "@example.com", UserRole.USER);
    }

    private String key(long account, User user) {
        return keys.issue(account, user.id(), KeyType.INFERENCE, KeyTerms.named("test"), Set.of())
                .text()
                .revealText();
    }
}
