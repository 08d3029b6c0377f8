package ai.doubleword.batch.files;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.blobs.FaultyBlobStore;
import ai.doubleword.keys.TestKeys;
import ai.doubleword.platform.Database;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Uploads in parts over HTTP.
@QuarkusTest
class UploadsHttpTest {
    private static final String CONTENT = """
            {"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{"model":"all-minilm-l6-v2","input":"one"}}
            {"custom_id":"b","method":"POST","url":"/v1/embeddings","body":{"model":"all-minilm-l6-v2","input":"two"}}
            """;

    @TestHTTPResource("/")
    URI server;

    @Inject
    FilePurge purge;

    @Inject
    TestKeys keys;

    @Inject
    Database database;

    @Inject
    FaultyBlobStore blobs;

    private FileClient client;

    @BeforeEach
    void makeClient() {
        client = new FileClient(server, keys.inferenceKey());
    }

    private String announce(int bytes) {
        FileClient.Answer made = client.postJson(
                "/v1/uploads",
                "{\"filename\":\"in.jsonl\",\"purpose\":\"batch\",\"bytes\":%d,\"mime_type\":\"text/jsonl\",\"more\":1}"
                        .formatted(bytes));
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        assertThat(made.json().get("status").textValue()).isEqualTo("pending");
        assertThat(made.json().get("object").textValue()).isEqualTo("upload");
        return made.json().get("id").textValue();
    }

    private String send(String upload, String part) {
        FileClient.Answer sent = client.post(
                "/v1/uploads/" + upload + "/parts",
                FileClient.form(FileClient.file(part).replace("name=\"file\"", "name=\"data\"")));
        assertThat(sent.status()).as(sent.text()).isEqualTo(200);
        assertThat(sent.json().get("upload_id").textValue()).isEqualTo(upload);
        return sent.json().get("id").textValue();
    }

    private FileClient.Answer complete(String upload, List<String> parts, String more) {
        return client.postJson(
                "/v1/uploads/" + upload + "/complete",
                "{\"part_ids\":[\"" + String.join("\",\"", parts) + "\"]" + more + "}");
    }

    @Test
    void partsSentInAnyOrderBecomeTheFileThatTheirSenderMeant() throws Exception {
        String upload = announce(CONTENT.length());
        String last = send(upload, CONTENT.substring(100));
        String wrong = send(upload, "was sent, but is not wanted any more");
        String first = send(upload, CONTENT.substring(0, 100));
        String md5 = HexFormat.of()
                .formatHex(MessageDigest.getInstance("MD5").digest(CONTENT.getBytes(StandardCharsets.UTF_8)));
        assertThat(complete(upload, List.of(first, wrong), "")
                        .json()
                        .at("/error/param")
                        .textValue())
                .isEqualTo("part_ids");
        assertThat(complete(upload, List.of(last, first), ",\"md5\":\"" + md5 + "\"")
                        .status())
                .isEqualTo(400);
        FileClient.Answer done = complete(upload, List.of(first, last), ",\"md5\":\"" + md5 + "\"");
        assertThat(done.status()).as(done.text()).isEqualTo(200);
        assertThat(done.json().get("status").textValue()).isEqualTo("completed");
        JsonNode file = done.json().get("file");
        assertThat(file.get("filename").textValue()).isEqualTo("in.jsonl");
        assertThat(client.get("/v1/files/" + file.get("id").textValue() + "/content")
                        .text())
                .isEqualTo(CONTENT);
        assertThat(complete(upload, List.of(first, last), "").message()).contains("completed");

        purge.purgeParts();
        assertThat(blobs.files()).noneMatch(path -> path.toString().contains("/part/"));
    }

    @Test
    void aFileOfPartsIsCheckedAsOneThatCameWhole() {
        String bad = CONTENT.replace("\"b\"", "\"a\"");
        String upload = announce(bad.length());
        FileClient.Answer refused = complete(upload, List.of(send(upload, bad)), "");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("invalid_file");
        assertThat(refused.message()).contains("Line 2").contains("line 1");
    }

    @Test
    void anUploadThatWasGivenUpTakesNothingMore() {
        String upload = announce(CONTENT.length());
        FileClient.Answer cancelled = client.postJson("/v1/uploads/" + upload + "/cancel", "{}");
        assertThat(cancelled.json().get("status").textValue()).isEqualTo("cancelled");
        FileClient.Answer late = client.post(
                "/v1/uploads/" + upload + "/parts",
                FileClient.form(FileClient.file(CONTENT).replace("name=\"file\"", "name=\"data\"")));
        assertThat(late.status()).isEqualTo(400);
        assertThat(late.message()).contains("cancelled");
    }

    @Test
    void whatAnUploadNeedsIsSaid() {
        assertThat(client.postJson("/v1/uploads", "{\"purpose\":\"batch\",\"bytes\":1}")
                        .json()
                        .at("/error/param")
                        .textValue())
                .isEqualTo("filename");
        assertThat(client.postJson("/v1/uploads", "{\"purpose\":\"vision\",\"bytes\":1,\"filename\":\"x\"}")
                        .json()
                        .at("/error/param")
                        .textValue())
                .isEqualTo("purpose");
        assertThat(client.postJson("/v1/uploads", "{\"purpose\":\"batch\",\"bytes\":99999999999,\"filename\":\"x\"}")
                        .json()
                        .at("/error/param")
                        .textValue())
                .isEqualTo("bytes");
    }

    @Test
    @Tag("S-12")
    void anothersUploadDoesNotExist() {
        String upload = announce(10);
        client = new FileClient(server, keys.inferenceKey());
        for (String path : List.of("/cancel", "/complete")) {
            assertThat(client.postJson("/v1/uploads/" + upload + path, "{\"part_ids\":[\"part_0\"]}")
                            .status())
                    .isEqualTo(404);
        }
        assertThat(client.post(
                                "/v1/uploads/" + upload + "/parts",
                                FileClient.form(FileClient.file("x").replace("name=\"file\"", "name=\"data\"")))
                        .status())
                .isEqualTo(404);
    }
}
