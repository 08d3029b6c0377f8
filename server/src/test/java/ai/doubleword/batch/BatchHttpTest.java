package ai.doubleword.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.keys.KeyScopes;
import ai.doubleword.keys.KeyType;
import ai.doubleword.keys.Keys;
import ai.doubleword.limits.Rates;
import ai.doubleword.models.ModelType;
import ai.doubleword.providers.ResponsesSupport;
import ai.doubleword.providers.Target;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Batches over HTTP, with the simulator behind every model.
@QuarkusTest
class BatchHttpTest extends BatchClient {
    @Inject
    Keys keys;

    @Test
    void aFileOfManyModelsRunsAndEveryLineIsAnsweredOnce() throws Exception {
        String chat = fixture.chat("");
        String embedding = fixture.model(
                "embed-" + java.util.UUID.randomUUID(), ModelType.EMBEDDING, fixture.target(0, "sim-embedding"));
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            file.append(i % 10 == 0 ? embeddingLine("e" + i, embedding) : chatLine("c" + i, chat, i % 3 == 0));
        }
        JsonNode created = create(upload(file.toString()), "24h");
        assertThat(created.get("object").asText()).isEqualTo("batch");
        assertThat(created.get("id").asText()).startsWith("batch_");
        assertThat(content(created.get("output_file_id").asText()).status()).isEqualTo(200);

        JsonNode batch = await(created, status -> status.equals("completed"));

        assertThat(batch.at("/request_counts/total").asInt()).isEqualTo(300);
        assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(300);
        assertThat(batch.at("/request_counts/failed").asInt()).isZero();
        Answer output = content(batch.get("output_file_id").asText());
        assertThat(output.response().headers().firstValue("x-incomplete")).contains("false");
        assertThat(output.response().headers().firstValue("x-last-line")).contains("300");
        Set<String> ids = new HashSet<>();
        for (JsonNode line : output.lines()) {
            assertThat(ids.add(line.get("custom_id").asText())).isTrue();
            assertThat(line.at("/response/status_code").asInt()).isEqualTo(200);
            assertThat(line.at("/response/request_id").asText()).startsWith("req_");
            assertThat(line.get("error").isNull()).isTrue();
            if (line.get("custom_id").asText().startsWith("c")) {
                assertThat(line.at("/response/body/object").asText()).isEqualTo("chat.completion");
                assertThat(line.at("/response/body/model").asText()).isEqualTo(chat);
            } else {
                assertThat(line.at("/response/body/data/0/embedding").isArray()).isTrue();
            }
        }
        assertThat(ids).hasSize(300);
        JsonNode analytics =
                get("/v1/batches/" + batch.get("id").asText() + "/analytics").body();
        assertThat(analytics.get("total_requests").asInt()).isEqualTo(300);
        assertThat(analytics.get("total_tokens").asLong()).isPositive();
        assertThat(analytics.get("total_cost").isTextual()).isTrue();
        assertThat(number("SELECT count(*) FROM usage WHERE tier = 2 AND batch = " + id(batch)))
                .isEqualTo(300);
    }

    @Test
    void linesMayAskForResponses() throws Exception {
        String chat = fixture.chat("");
        String good = responseLine("a", chat, ",\"stream\":true");
        String hosted = responseLine("b", chat, ",\"tools\":[{\"type\":\"web_search\"}]");
        String chained = responseLine("c", chat, ",\"previous_response_id\":\"resp_1\"");
        JsonNode created = create(upload(good + hosted + chained + chatLine("d", chat, false)), "24h");
        JsonNode batch = await(created, status -> status.equals("completed"));
        assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(2);
        for (JsonNode line : content(batch.get("output_file_id").asText()).lines()) {
            if (line.get("custom_id").asText().equals("a")) {
                JsonNode response = line.at("/response/body");
                assertThat(response.path("object").asText()).isEqualTo("response");
                assertThat(response.path("status").asText()).isEqualTo("completed");
                assertThat(response.at("/output/0/content/0/text").asText()).isNotEmpty();
                assertThat(response.at("/usage/output_tokens_details/reasoning_tokens")
                                .isInt())
                        .isTrue();
            }
        }
        List<JsonNode> errors = content(batch.get("error_file_id").asText()).lines();
        assertThat(errors).extracting(line -> line.get("custom_id").asText()).containsExactlyInAnyOrder("b", "c");
        assertThat(errors).extracting(line -> line.at("/error/code").asText()).containsOnly("invalid_value");
    }

    @Test
    void linesGoToProvidersThatServeResponsesInTheirOwnWords() throws Exception {
        String speaks = model(fixture.target(0, "sim-chat", ResponsesSupport.NATIVE));
        String alone = model(fixture.target(0, "sim-responses", ResponsesSupport.ONLY));
        String own = own();
        String search = ",\"stream\":true,\"tools\":[{\"type\":\"web_search\"}],\"instructions\":\"" + own + "\"";
        JsonNode created = create(
                upload(responseLine("native", speaks, search)
                        + responseLine("only", alone, search)
                        + chatLine("chat", alone, true)
                        + chatLine("two", alone, false).replace("\"max_tokens\":5", "\"n\":2")),
                "24h");
        JsonNode batch = await(created, status -> status.equals("completed"));
        List<JsonNode> lines = content(batch.get("output_file_id").asText()).lines();
        assertThat(lines)
                .extracting(line -> line.get("custom_id").asText())
                .containsExactlyInAnyOrder("native", "only", "chat");
        for (JsonNode line : lines) {
            JsonNode body = line.at("/response/body");
            if (line.get("custom_id").asText().equals("chat")) {
                assertThat(body.path("object").asText()).isEqualTo("chat.completion");
                assertThat(body.at("/choices/0/message/content").asText()).isNotEmpty();
                assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("length");
            } else {
                String stem = body.path("id").asText().substring("resp_".length());
                assertThat(body.path("status").asText()).isEqualTo("completed");
                assertThat(body.at("/output/0/type").asText()).isEqualTo("web_search_call");
                assertThat(body.at("/output/1/id").asText()).contains(stem);
                assertThat(body.at("/output/1/content/0/text").asText()).isNotEmpty();
                assertThat(body.at("/usage/output_tokens").asInt()).isPositive();
            }
        }
        JsonNode error = content(batch.get("error_file_id").asText()).lines().getFirst();
        assertThat(error.get("custom_id").asText()).isEqualTo("two");
        assertThat(error.at("/error/code").asText()).isEqualTo("invalid_value");
        assertThat(error.at("/error/message").asText()).contains("Responses API alone");
        assertThat(fixture.simulated.received().last(256))
                .filteredOn(one -> one.body().toString().contains(own))
                .hasSize(2)
                .allSatisfy(one -> {
                    assertThat(one.path()).endsWith("/responses");
                    assertThat(one.body().toString()).doesNotContain("\"stream\":true");
                });
        assertThat(number("SELECT count(*) FROM usage WHERE tier = 2 AND status = 200 AND output > 0 AND batch = "
                        + id(batch)))
                .isEqualTo(3);
    }

    private String model(Target target) {
        return fixture.model("spoken-" + java.util.UUID.randomUUID(), ModelType.CHAT, target);
    }

    @Test
    void aLineWhoseProviderDoesNotHaveTheModelFailsAtOnceWithAMessage() throws Exception {
        String unknown = fixture.model(
                "mapped-" + java.util.UUID.randomUUID(), ModelType.CHAT, fixture.target(0, "no-such-model"));
        JsonNode batch =
                await(create(upload(chatLine("a", unknown, false)), "24h"), status -> status.equals("completed"));
        assertThat(batch.at("/request_counts/failed").asInt()).isEqualTo(1);
        JsonNode line = content(batch.get("error_file_id").asText()).lines().getFirst();
        assertThat(line.at("/error/code").asText()).isEqualTo("model_not_found");
        assertThat(line.at("/error/message").asText()).contains("Models and routes");
        assertThat(number("SELECT count(*) FROM usage WHERE attempts IS NULL AND batch = " + id(batch)))
                .as("tried once")
                .isEqualTo(1);
    }

    @Test
    void whatABatchWritesIsKeptFromItsEndOnAndCannotBeRetriedWithoutIt() throws Exception {
        String bad = fixture.chat("400?message=" + own());
        JsonNode created = create(upload(chatLine("a", bad, false)), "24h");
        String output = "/v1/files/" + created.get("output_file_id").asText();
        JsonNode batch = await(created, status -> status.equals("completed"));

        long expires = get(output).body().get("expires_at").asLong();
        long ended = batch.get("completed_at").asLong();
        assertThat(expires).isBetween(ended + 30 * 86_400 - 120, ended + 30 * 86_400 + 120);

        assertThat(send("DELETE", output, null).status()).isEqualTo(200);
        Answer refused = post("/v1/batches/" + batch.get("id").asText() + "/retry", "");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().at("/error/message").asText()).contains("deleted or expired");
    }

    @Test
    void whatABatchWritesIsKeptForAsLongAsItsOrderSaysAlsoAfterARetry() throws Exception {
        String bad = fixture.chat("400?message=" + own());
        String file = upload(chatLine("a", bad, false));
        JsonNode created =
                post("/v1/batches", kept(file, "\"created_at\"", "7200")).body();
        JsonNode batch = await(created, status -> status.equals("completed"));
        JsonNode retried = await(
                post("/v1/batches/" + batch.get("id").asText() + "/retry", "").body(),
                status -> status.equals("completed"));
        assertThat(retried.get("error_file_id")).isNotEqualTo(batch.get("error_file_id"));
        long ended = retried.get("completed_at").asLong();
        for (String id : List.of(
                retried.get("output_file_id").asText(),
                retried.get("error_file_id").asText())) {
            assertThat(get("/v1/files/" + id).body().get("expires_at").asLong())
                    .isBetween(ended + 7200 - 120, ended + 7200 + 120);
        }

        assertThat(post("/v1/batches", kept(file, "\"created_at\"", "60"))
                        .body()
                        .at("/error/param")
                        .asText())
                .isEqualTo("output_expires_after.seconds");
        assertThat(post("/v1/batches", kept(file, "\"now\"", "7200"))
                        .body()
                        .at("/error/param")
                        .asText())
                .isEqualTo("output_expires_after.anchor");
    }

    private static String kept(String file, String anchor, String seconds) {
        return order(file, "24h")
                .replaceFirst(
                        "\\{", "{\"output_expires_after\":{\"anchor\":" + anchor + ",\"seconds\":" + seconds + "},");
    }

    @Test
    void whatFailsStandsInTheErrorFileAndIsRetriedAlone() throws Exception {
        String good = fixture.chat("");
        String bad = fixture.chat("400?times=2&message=" + own());
        JsonNode created = create(
                upload(chatLine("a", good, false) + chatLine("b", bad, false) + chatLine("c", bad, false)), "1h");
        JsonNode batch = await(created, status -> status.equals("completed"));
        assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(1);
        assertThat(batch.at("/request_counts/failed").asInt()).isEqualTo(2);
        List<JsonNode> errors = content(batch.get("error_file_id").asText()).lines();
        assertThat(errors).extracting(line -> line.get("custom_id").asText()).containsExactlyInAnyOrder("b", "c");
        assertThat(errors.getFirst().get("response").isNull()).isTrue();
        assertThat(errors.getFirst().at("/error/code").asText()).isEqualTo("invalid_value");
        assertThat(errors.getFirst().at("/error/message").asText()).isNotEmpty();

        Answer again = post("/v1/batches/" + batch.get("id").asText() + "/retry", "");
        assertThat(again.status()).as(again.response().body()).isEqualTo(200);
        JsonNode retried = await(batch, status -> status.equals("completed"));

        assertThat(retried.at("/request_counts/completed").asInt()).isEqualTo(3);
        assertThat(retried.at("/request_counts/failed").asInt()).isZero();
        assertThat(get("/v1/batches/" + batch.get("id").asText() + "/analytics")
                        .body()
                        .get("total_requests")
                        .asInt())
                .as("one that was made twice is one request")
                .isEqualTo(3);
        assertThat(content(retried.get("output_file_id").asText()).lines())
                .extracting(line -> line.get("custom_id").asText())
                .containsExactlyInAnyOrder("a", "b", "c");
        assertThat(post("/v1/batches/" + batch.get("id").asText() + "/retry", "")
                        .status())
                .isEqualTo(400);
        assertThat(content(batch.get("error_file_id").asText()).lines()).hasSize(2);
    }

    @Test
    void resultsAreReadInTheOrderOfTheRequests() throws Exception {
        String slow = fixture.chat("slow-first-byte?ms=300");
        String good = fixture.chat("");
        String bad = fixture.chat("400?times=1&message=" + own());
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            String model = i == 20 ? bad : i % 3 == 0 ? slow : good;
            lines.append(chatLine("c" + i, model, false));
        }
        String inlined =
                order(upload(lines.toString()), "1h").replace("\"purpose\":\"test\"", "\"dw.inline_errors\":\"true\"");
        JsonNode first = await(post("/v1/batches", inlined).body(), status -> status.equals("completed"));
        assertThat(first.at("/request_counts/failed").asInt()).isEqualTo(1);
        String results = "/v1/batches/" + first.get("id").asText() + "/results?order=input";
        String output = "/v1/files/" + first.get("output_file_id").asText() + "/content?order=input";
        String errors = "/v1/files/" + first.get("error_file_id").asText() + "/content?order=input";
        List<String> names =
                IntStream.range(0, 40).mapToObj(number -> "c" + number).toList();
        assertThat(names(get(output))).isEqualTo(names);
        assertThat(get(results).lines().get(20).get("status").asText()).isEqualTo("failed");

        post("/v1/batches/" + first.get("id").asText() + "/retry", "");
        await(first, status -> status.equals("completed"));

        Answer all = get(output);
        assertThat(names(all)).isEqualTo(names);
        assertThat(all.lines().get(20).get("error").isNull()).as("the newest").isTrue();
        assertThat(all.response().headers().firstValue("x-last-line")).contains("40");
        assertThat(all.response().headers().firstValue("x-incomplete")).contains("false");
        Answer part = get(output + "&offset=18&limit=4");
        assertThat(names(part)).containsExactly("c18", "c19", "c20", "c21");
        assertThat(part.response().headers().firstValue("x-last-line")).contains("22");
        assertThat(part.response().headers().firstValue("x-incomplete")).contains("true");
        assertThat(names(get(output + "&search=nowhere"))).isEmpty();
        assertThat(names(get(output + "&search=%22c3%22"))).containsExactly("c3");
        assertThat(names(get(errors))).as("what failed then").containsExactly("c20");
        Answer beside = get(results);
        assertThat(names(beside)).isEqualTo(names);
        assertThat(beside.lines().get(20).get("status").asText()).isEqualTo("completed");
        assertThat(names(get(results + "&skip=38"))).containsExactly("c38", "c39");
        assertThat(names(get("/v1/files/" + first.get("input_file_id").asText() + "/content?order=input")))
                .isEqualTo(names);
        Answer refused = get("/v1/files/" + first.get("output_file_id").asText() + "/content?order=asc");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().at("/error/param").asText()).isEqualTo("order");
    }

    private static List<String> names(Answer answer) throws Exception {
        return answer.lines().stream()
                .map(line -> line.get("custom_id").asText())
                .toList();
    }

    @Test
    void aLineIsTriedAgainWhileItsProviderFailsForAWhile() throws Exception {
        String flapping = fixture.chat("500?times=2&message=" + own());
        JsonNode batch =
                await(create(upload(chatLine("a", flapping, false)), "1h"), status -> status.equals("completed"));
        assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(1);
        assertThat(number("SELECT count(*) FROM usage WHERE batch = " + id(batch)))
                .isEqualTo(1);
        assertThat(number("SELECT jsonb_array_length(attempts) FROM usage WHERE batch = " + id(batch)))
                .isEqualTo(2);
    }

    @Test
    void aClientThatAsksAgainGetsTheSameBatch() throws Exception {
        String file = upload(chatLine("a", fixture.chat(""), false));
        JsonNode first = create(file, "24h");
        Answer again = post("/v1/batches", order(file, "24h"), "x-stainless-retry-count", "1");
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body().get("id")).isEqualTo(first.get("id"));
        assertThat(create(file, "24h").get("id")).isNotEqualTo(first.get("id"));
    }

    @Test
    void anIdempotencyKeyMakesOneBatch() throws Exception {
        String file = upload(chatLine("a", fixture.chat(""), false));
        String once = java.util.UUID.randomUUID().toString();
        Answer first = post("/v1/batches", order(file, "24h"), "idempotency-key", once);
        Answer second = post("/v1/batches", order(file, "24h"), "idempotency-key", once);
        assertThat(first.status()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(post("/v1/batches", order(file, "1h"), "idempotency-key", once)
                        .status())
                .isEqualTo(422);
    }

    @Test
    void resultsShowRequestsBesideTheirAnswersPageByPage() throws Exception {
        String good = fixture.chat("");
        String bad = fixture.chat("400");
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            file.append(chatLine("c" + i, i % 5 == 0 ? bad : good, false));
        }
        JsonNode batch = await(create(upload(file.toString()), "24h"), status -> status.equals("completed"));
        String path = "/v1/batches/" + batch.get("id").asText() + "/results";
        Set<String> ids = new HashSet<>();
        String skip = "0";
        while (true) {
            Answer page = get(path + "?limit=3&skip=" + skip);
            for (JsonNode line : page.lines()) {
                assertThat(ids.add(line.get("custom_id").asText())).isTrue();
                assertThat(line.at("/input_body/messages/0/content").asText())
                        .isEqualTo("hello " + line.get("custom_id").asText());
                assertThat(line.get("response_body").isNull())
                        .isEqualTo(line.get("status").asText().equals("failed"));
            }
            skip = page.response().headers().firstValue("x-last-line").orElseThrow();
            if (page.response()
                    .headers()
                    .firstValue("x-incomplete")
                    .orElseThrow()
                    .equals("false")) {
                break;
            }
        }
        assertThat(ids).hasSize(10);
        assertThat(get(path + "?status=failed").lines()).hasSize(2);
        assertThat(get(path + "?search=%22C3%22").lines())
                .extracting(line -> line.get("custom_id").asText())
                .containsExactly("c3");
    }

    @Test
    void aKeyThatIsEndedWithItsWorkHasItsBatchesCancelled() throws Exception {
        // So slow that it cannot end before it is looked after, however many lines run at once.
        String slow = fixture.chat("slow-first-byte?ms=5000");
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            file.append(chatLine("c" + i, slow, false));
        }
        JsonNode created = create(upload(file.toString()), "24h");
        end(Keys.Work.CANCEL);
        awaitStatus(created, BatchStatus.CANCELLED);
    }

    @Test
    void aKeyThatIsEndedLeavesItsBatchesToFinish() throws Exception {
        String chat = fixture.chat("slow-first-byte?ms=300");
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            file.append(chatLine("c" + i, chat, false));
        }
        JsonNode created = create(upload(file.toString()), "24h");
        end(Keys.Work.FINISH);
        awaitStatus(created, BatchStatus.COMPLETED);
        assertThat(number("SELECT ok FROM batch_progress WHERE batch = " + id(created)))
                .isEqualTo(10);
    }

    private void end(Keys.Work work) {
        String id = key.substring("dw_sk_".length(), "dw_sk_".length() + 12);
        keys.revoke(keys.accountOf(id).orElseThrow(), id, null, work, "");
    }

    @SuppressWarnings("EnumOrdinal") // their order is part of the table, as the enum says
    private void awaitStatus(JsonNode created, BatchStatus wanted) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (number("SELECT status FROM batch WHERE id = " + id(created)) != wanted.ordinal()) {
            assertThat(System.nanoTime()).as("within a minute").isLessThan(end);
            Thread.sleep(20);
        }
    }

    @Test
    void cancellingKeepsWhatIsDoneAndEnds() throws Exception {
        String slow = fixture.chat("slow-first-byte?ms=300");
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            file.append(chatLine("c" + i, slow, false));
        }
        JsonNode created = create(upload(file.toString()), "24h");
        await(
                created,
                counts -> true,
                batch -> batch.at("/request_counts/completed").asInt() > 0);
        Answer cancelled = post("/v1/batches/" + created.get("id").asText() + "/cancel", "");
        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.body().get("status").asText()).isIn("cancelling", "cancelled");
        JsonNode batch = await(created, status -> status.equals("cancelled"));
        int done = batch.at("/request_counts/completed").asInt();
        assertThat(done).isBetween(1, 399);
        assertThat(content(batch.get("output_file_id").asText()).lines()).hasSize(done);
        assertThat(number("SELECT count(*) FROM usage WHERE batch = " + id(batch)))
                .isEqualTo(done);
    }

    @Test
    void atTheEndOfItsWindowWhatIsNotDoneIsWrittenDownAndMayBeRetried() throws Exception {
        String slow = fixture.chat("slow-first-byte?ms=20000&times=4&message=" + own());
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            file.append(chatLine("c" + i, slow, false));
        }
        JsonNode created = create(upload(file.toString()), "1h");
        database.engine()
                .useHandle(handle -> handle.execute("UPDATE batch SET expires_at = now() WHERE id = " + id(created)));
        JsonNode batch = await(created, status -> status.equals("expired"));
        int done = batch.at("/request_counts/completed").asInt();
        List<JsonNode> errors = content(batch.get("error_file_id").asText()).lines();
        assertThat(errors).hasSize(5 - done);
        assertThat(errors.getFirst().at("/error/code").asText()).isEqualTo("batch_expired");

        assertThat(post("/v1/batches/" + batch.get("id").asText() + "/retry", "")
                        .status())
                .isEqualTo(200);
        JsonNode retried = await(created, status -> status.equals("completed"));
        assertThat(retried.at("/request_counts/completed").asInt()).isEqualTo(5);
    }

    @Test
    void aBatchThatHasEndedIsDeletedWithWhatItWrote() throws Exception {
        JsonNode batch = await(
                create(upload(chatLine("a", fixture.chat(""), false)), "24h"), status -> status.equals("completed"));
        JsonNode running = create(upload(chatLine("a", fixture.chat("slow-first-byte?ms=10000"), false)), "24h");
        String path = "/v1/batches/" + batch.get("id").asText();
        assertThat(send("DELETE", path, null).body().get("deleted").asBoolean()).isTrue();
        assertThat(get(path).status()).isEqualTo(404);
        assertThat(content(batch.get("output_file_id").asText()).status()).isEqualTo(404);
        assertThat(number("SELECT count(*) FROM segment WHERE batch = " + id(batch)))
                .isZero();
        assertThat(number("SELECT count(*) FROM usage WHERE batch = " + id(batch)))
                .isEqualTo(1);
        String other = "/v1/batches/" + running.get("id").asText();
        assertThat(send("DELETE", other, null).status()).isEqualTo(400);
        post(other + "/cancel", "");
        await(running, status -> status.equals("cancelled") || status.equals("completed"));
    }

    @Test
    void rateLimitsOfTheKeyDoNotHoldLinesUp() throws Exception {
        key = fixture.key(KeyType.INFERENCE, KeyScopes.UNRESTRICTED, new Rates(1, 1, 1));
        String model = fixture.chat("");
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            file.append(chatLine("c" + i, model, false));
        }
        JsonNode batch = await(create(upload(file.toString()), "24h"), status -> status.equals("completed"));
        assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(20);
    }

    @Test
    void anOrderThatCannotBeIsRefusedWithWhatIsWrong() throws Exception {
        String file = upload(chatLine("a", fixture.chat(""), false));
        assertThat(post("/v1/batches", order(file, "3w"))
                        .body()
                        .at("/error/param")
                        .asText())
                .isEqualTo("completion_window");
        assertThat(post("/v1/batches", order("file_00000000000", "24h")).status())
                .isEqualTo(404);
        assertThat(post("/v1/batches", "{}").code()).isEqualTo("missing_required_parameter");
        assertThat(post("/v1/batches", order(file, "24h").replace("/v1/chat/completions", "/v1/nothing"))
                        .body()
                        .at("/error/param")
                        .asText())
                .isEqualTo("endpoint");
        assertThat(get("/v1/batches/batch_00000000000").status()).isEqualTo(404);
        assertThat(get("/v1/batches/nonsense").status()).isEqualTo(404);
    }

    @Test
    @Tag("S-09")
    void batchesOfAnotherAccountDoNotExist() throws Exception {
        String model = fixture.chat("");
        String file = upload(chatLine("a", model, false));
        JsonNode batch = create(file, "24h");
        String path = "/v1/batches/" + batch.get("id").asText();
        key = fixture.key();
        assertThat(get(path).status()).isEqualTo(404);
        assertThat(post(path + "/cancel", "").status()).isEqualTo(404);
        assertThat(post(path + "/retry", "").status()).isEqualTo(404);
        assertThat(get(path + "/analytics").status()).isEqualTo(404);
        assertThat(get("/v1/batches").body().get("data")).isEmpty();
        assertThat(content(batch.get("output_file_id").asText()).status()).isEqualTo(404);
        assertThat(post("/v1/batches", order(file, "24h")).status()).isEqualTo(404);
    }

    @Test
    void aKeyWithoutTheScopeMakesNoBatches() throws Exception {
        String file = upload(chatLine("a", fixture.chat(""), false));
        assertThat(file).startsWith("file_");
        KeyScopes chatOnly = new KeyScopes(Set.of("chat"), List.of(), Set.of(), List.of(), Set.of());
        key = fixture.key(KeyType.INFERENCE, chatOnly, Rates.UNLIMITED);
        assertThat(post("/v1/batches", order(file, "24h")).code()).isEqualTo("scope_denied");
    }

    @Test
    void theListShowsTheNewestFirstOrTheActiveOnes() throws Exception {
        String model = fixture.chat("");
        JsonNode first =
                await(create(upload(chatLine("a", model, false)), "24h"), status -> status.equals("completed"));
        JsonNode second = create(upload(chatLine("b", fixture.chat("slow-first-byte?ms=10000"), false)), "24h");
        JsonNode third =
                await(create(upload(chatLine("c", model, false)), "24h"), status -> status.equals("completed"));

        JsonNode page = get("/v1/batches?limit=2").body();
        assertThat(page.get("object").asText()).isEqualTo("list");
        assertThat(page.get("has_more").asBoolean()).isTrue();
        assertThat(page.get("data").findValuesAsText("id"))
                .containsExactly(third.get("id").asText(), second.get("id").asText());
        assertThat(get("/ai/v1/batches?limit=2&after=" + page.get("last_id").asText())
                        .body()
                        .get("data")
                        .findValuesAsText("id"))
                .containsExactly(first.get("id").asText());
        assertThat(get("/v1/batches?active_first=true").body().get("data").findValuesAsText("id"))
                .containsExactly(
                        second.get("id").asText(),
                        third.get("id").asText(),
                        first.get("id").asText());
        post("/v1/batches/" + second.get("id").asText() + "/cancel", "");
        await(second, status -> status.equals("cancelled") || status.equals("completed"));
    }

    private static String responseLine(String customId, String model, String more) {
        return """
                {"custom_id":"%s","method":"POST","url":"/v1/responses","body":{"model":"%s","input":"hello"%s}}
                """.formatted(customId, model, more);
    }
}
