package ai.doubleword.batch.files;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.idempotency.Idempotency;
import ai.doubleword.jsonl.LineReport;
import ai.doubleword.keys.KeyRoutes;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.ErrorForm;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemAnswer;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RefusedBody;
import ai.doubleword.platform.RequestId;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.platform.RouteRegistry;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jboss.logging.Logger;

/// `POST /v1/files` and the parts of uploads: the key is checked before a byte of the body is read; then a virtual
/// thread reads the body as
/// it comes. Raw routes, since they take more than other bodies may have. Whatever ends an upload early, nothing of it
/// stays.
@Singleton
final class FileUploadRoute {
    private static final Logger LOG = Logger.getLogger(FileUploadRoute.class);

    /// Room for the form around the file.
    private static final long FORM = 1 << 20;

    private final RouteRegistry routes;
    private final KeyRoutes keys;
    private final FileUploads uploads;
    private final Uploads parts;
    private final Accounts accounts;
    private final FilesConfig config;
    private final Idempotency idempotency;
    private final ObjectMapper json = ai.doubleword.platform.JsonFormat.mapper();

    FileUploadRoute(
            RouteRegistry routes,
            KeyRoutes keys,
            FileUploads uploads,
            Uploads parts,
            Accounts accounts,
            Limits limits) {
        this.config = limits.config();
        this.idempotency = limits.idempotency();
        this.routes = routes;
        this.keys = keys;
        this.uploads = uploads;
        this.parts = parts;
        this.accounts = accounts;
    }

    /// What bounds uploads: their size, and how often the same one counts.
    @Singleton
    record Limits(FilesConfig config, Idempotency idempotency) {}

    void register(@Observes Router router) {
        for (String base : ErrorForm.AI_BASES) {
            add(router, base + "/files", config.maxBytes(), this::receiveFile);
            add(router, base + "/uploads/:upload/parts", Uploads.LARGEST_PART, this::receivePart);
        }
    }

    /// Reads a body to its end, on a virtual thread.
    @FunctionalInterface
    private interface Receiver {
        Answer receive(RoutingContext context, Principal key, RequestBody body, byte[] boundary) throws IOException;
    }

    /// @param replayed whether it was given before
    private record Answer(int status, Buffer body, boolean replayed) {}

    private void add(Router router, String path, long most, Receiver receiver) {
        routes.add(
                router,
                HttpMethod.POST,
                path,
                Authentication.INFERENCE_KEY,
                false,
                keys.authenticated((context, key, client) -> begin(context, key, client, most, receiver)));
    }

    private void begin(RoutingContext context, Principal key, InetAddress client, long most, Receiver receiver) {
        HttpServerRequest request = context.request();
        try {
            key.within(FilesResource.SCOPE);
            byte[] boundary = MultipartForm.boundary(Objects.requireNonNullElse(request.getHeader("content-type"), ""));
            String length = request.getHeader("content-length");
            if (length != null && RefusedBody.lengthOf(length) > most + FORM) {
                throw new ProblemException(tooLarge(most));
            }
            keys.used(key, client);
            Context here = context.vertx().getOrCreateContext();
            RequestBody body = new RequestBody(request, here, most + FORM, config.stallTimeout());
            if (request.version() == HttpVersion.HTTP_1_1
                    && "100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
                context.response().writeContinue();
            }
            Thread.ofVirtual()
                    .name("upload-" + RequestId.of(context).text())
                    .start(() -> receive(context, here, key, body, boundary, most, receiver));
        } catch (ProblemException refused) {
            RefusedBody.answer(context, refused.problem(), 0);
        }
    }

    private Answer receiveFile(RoutingContext context, Principal key, RequestBody body, byte[] boundary)
            throws IOException {
        String header = context.request().getHeader("idempotency-key");
        if (header == null) {
            return answer(context, uploads.receive(FileCaller.of(key), body, boundary, uploads::add), key);
        }
        OneUpload once = new OneUpload(idempotency, key, header, uploads, file -> view(file, key));
        FileUploads.Outcome outcome = uploads.receive(FileCaller.of(key), body, boundary, once);
        return once.replayed().isPresent()
                ? new Answer(201, Buffer.buffer(once.replayed().get().body()), true)
                : answer(context, outcome, key);
    }

    private byte[] view(FileRow file, Principal key) throws IOException {
        return json.writeValueAsBytes(FileView.of(file, People.of(accounts, key.account(), List.of(file))));
    }

    private Answer answer(RoutingContext context, FileUploads.Outcome outcome, Principal key) throws IOException {
        return switch (outcome) {
            case FileUploads.Outcome.Kept(FileRow file) -> new Answer(201, Buffer.buffer(view(file, key)), false);
            case FileUploads.Outcome.Wrong(LineReport report) ->
                new Answer(
                        LineErrors.problem(report).code().status(),
                        Buffer.buffer(LineErrors.body(
                                ProblemAnswer.formOf(context),
                                report,
                                RequestId.of(context).text())),
                        false);
        };
    }

    private Answer receivePart(RoutingContext context, Principal key, RequestBody body, byte[] boundary)
            throws IOException {
        String upload = Objects.requireNonNullElse(context.pathParam("upload"), "");
        return new Answer(
                200,
                buffer(UploadsResource.PartView.of(parts.addPart(FileCaller.of(key), upload, body, boundary))),
                false);
    }

    private Buffer buffer(Object view) throws IOException {
        return Buffer.buffer(json.writeValueAsBytes(view));
    }

    private void receive(
            RoutingContext context,
            Context here,
            Principal key,
            RequestBody body,
            byte[] boundary,
            long most,
            Receiver receiver) {
        try {
            Answer answer = receiver.receive(context, key, body, boundary);
            here.runOnContext(done -> give(context, answer));
        } catch (ProblemException refused) {
            refuse(context, here, refused.problem(), body);
        } catch (RequestBody.TooLongException | FileIntake.TooLargeException e) {
            refuse(context, here, tooLarge(most), body);
        } catch (RequestBody.CutException cut) {
            LOG.debugf("An upload ended early: %s", cut.getMessage());
            here.runOnContext(done -> RefusedBody.answerLast(
                    context,
                    Problem.of(
                            ErrorCode.REQUEST_TIMEOUT,
                            "The upload came to a halt: " + cut.getMessage() + ". Nothing of it was kept.")));
        } catch (IOException e) {
            LOG.warnf("An upload could not be stored: %s", e.getMessage());
            refuse(context, here, FilesResource.unreadable(e).problem(), body);
        } catch (RuntimeException e) {
            here.runOnContext(done -> context.fail(500, e));
        }
    }

    private static void give(RoutingContext context, Answer answer) {
        context.response().setStatusCode(answer.status()).putHeader("content-type", "application/json");
        if (answer.replayed()) {
            context.response().putHeader("idempotent-replayed", "true");
        }
        context.response().end(answer.body());
    }

    private static void refuse(RoutingContext context, Context here, Problem problem, RequestBody body) {
        here.runOnContext(done -> RefusedBody.answer(context, problem, body.received()));
    }

    private static Problem tooLarge(long most) {
        return Problem.of(
                ErrorCode.REQUEST_TOO_LARGE,
                "This may have at most " + most + " bytes. Split it; of files the operator can raise"
                        + " `files.max-bytes`.");
    }
}
