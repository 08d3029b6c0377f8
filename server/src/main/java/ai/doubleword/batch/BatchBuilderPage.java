package ai.doubleword.batch;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.Organization;
import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.batch.files.CompletionWindow;
import ai.doubleword.batch.files.ConsoleFiles;
import ai.doubleword.docs.SampleModels;
import ai.doubleword.jsonl.LineProblem;
import ai.doubleword.keys.ApiKey;
import ai.doubleword.keys.CallerKeys;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.AccountEventType;
import ai.doubleword.platform.ClientAddress;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.FormFields;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Notice;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import ai.doubleword.webhooks.Listeners;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// **New batch**: lines from a file, pasted, or made of a table and a template; then the price of each window, and the
/// order. Two pages, each whole in its address.
@Path("{place: me|o/[a-z0-9-]+}/batches/new")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class BatchBuilderPage {
    /// The longest text that a form brings; longer ones come as files.
    static final int MOST_BYTES = 4 << 20;

    private static final int NEWEST = 20;
    private static final int PREVIEWED = 3;
    private static final int SHOWN_PROBLEMS = 100;
    private static final int MOST_SAMPLED = 100;
    private static final int LONGEST_NAME = 128;
    private static final int FIRST_LINES = 10;
    private static final int FIRST_TOKENS = 60;

    private final Orders orders;
    private final ConsoleFiles files;
    private final CallerKeys keys;
    private final SampleModels models;
    private final CurrentCaller current;
    private final Surroundings around;

    /// What orders are made by.
    @Singleton
    record Orders(Batches batches, BatchQuotes quotes, BatchSamples samples) {}

    /// Where the page stands.
    @Singleton
    record Surroundings(Accounts accounts, ClientAddress client, PublicAddress address, Listeners listeners) {}

    BatchBuilderPage(
            Orders orders,
            ConsoleFiles files,
            CallerKeys keys,
            SampleModels models,
            CurrentCaller current,
            Surroundings around) {
        this.orders = orders;
        this.files = files;
        this.keys = keys;
        this.models = models;
        this.current = current;
        this.around = around;
    }

    /// Where lines come from.
    ///
    /// @param from `jsonl`, `csv` or `file`
    /// @param problem why what was sent is refused; empty if it is not
    /// @param wrong the lines that are not right
    /// @param total how many problems there are
    record start(
            String base,
            String from,
            Draft draft,
            List<String> chat,
            List<String> embedding,
            List<Choice> newest,
            String problem,
            List<LineProblem> wrong,
            long total,
            Preview preview,
            String apiUrl)
            implements TemplateInstance {}

    /// What was typed.
    public record Draft(
            String lines,
            String csv,
            String model,
            String system,
            String prompt,
            String maxTokens,
            String idColumn,
            String name) {
        static final Draft EMPTY = new Draft("", "", "", "", "", "", "", "");

        static Draft of(MultivaluedMap<String, String> form) {
            return new Draft(
                    FormFields.text(form, "lines"),
                    FormFields.text(form, "csv"),
                    FormFields.text(form, "model"),
                    FormFields.text(form, "system"),
                    FormFields.text(form, "prompt"),
                    FormFields.text(form, "max_tokens").strip(),
                    FormFields.text(form, "id_column").strip(),
                    FormFields.text(form, "name").strip());
        }
    }

    /// A file to choose.
    public record Choice(String id, String name, long lines, Instant created) {}

    /// The first lines that a table and a template make.
    ///
    /// @param problem why there are none; empty if there are some
    /// @param rows of the table, all together
    record preview(String problem, List<String> columns, List<String> lines, long rows) implements TemplateInstance {}

    /// As [preview], within the page.
    public record Preview(String problem, List<String> columns, List<String> lines, long rows) {
        static final Preview NONE = new Preview("", List.of(), List.of(), 0);
    }

    /// The price of a file within each window, and the order.
    ///
    /// @param quote of all windows
    /// @param chosen the window that is chosen
    /// @param costs by model, within each window
    /// @param key public id of the chosen key; empty for the console's
    /// @param console whether the reader may run it as the console's key
    /// @param account who pays, as the switcher names it
    /// @param told the webhooks that will hear of its end
    /// @param mayTell whether the reader may make one
    record review(
            String base,
            BatchFile file,
            String fileId,
            BatchQuotes.Quote quote,
            String chosen,
            List<ModelRow> costs,
            String name,
            List<ApiKey> keys,
            String key,
            boolean console,
            String account,
            List<String> told,
            boolean mayTell,
            String problem)
            implements TemplateInstance {}

    /// What the lines of a model come to.
    ///
    /// @param costs in the order of the windows, dollars
    public record ModelRow(String model, long lines, long input, long output, List<String> costs) {}

    @GET
    @Operation(hidden = true)
    public Response show(
            @PathParam("place") String place,
            @QueryParam("from") @DefaultValue("jsonl") String from,
            @QueryParam("file") @Nullable String file,
            @QueryParam("window") @DefaultValue("") String window,
            @QueryParam("name") @DefaultValue("") String name) {
        if (file != null && !file.isEmpty()) {
            return ConsolePages.page(200, review(place, file, new Order(file, window, name, ""), ""))
                    .build();
        }
        return started(200, place, from, Draft.EMPTY, "", List.of(), 0, Preview.NONE);
    }

    /// Makes a file of ten requests to a model, to begin with.
    @POST
    @Path("first")
    @Operation(hidden = true)
    public Response first(
            @PathParam("place") String place,
            MultivaluedMap<String, String> form,
            @HeaderParam("HX-Request") @Nullable String htmx)
            throws IOException {
        String model = FormFields.text(form, "model");
        String column = "number";
        CsvRequests.Table numbers = new CsvRequests.Table(
                List.of(column),
                IntStream.rangeClosed(1, FIRST_LINES)
                        .mapToObj(number -> Map.of(column, Integer.toString(number)))
                        .toList());
        String prompt = "Tell me something about the number {{" + column + "}}.";
        CsvRequests.Template template = new CsvRequests.Template(
                model, models.ofType("embedding").contains(model), "", prompt, FIRST_TOKENS, "");
        String lines = String.join("\n", CsvRequests.lines(numbers, template, FIRST_LINES));
        Draft draft = new Draft(lines, "", "", "", "", "", "", "ten requests");
        return kept(place, "jsonl", draft, lines, "ten requests.jsonl", htmx);
    }

    /// Makes a file of pasted lines.
    @POST
    @Path("jsonl")
    @Operation(hidden = true)
    public Response paste(
            @PathParam("place") String place,
            MultivaluedMap<String, String> form,
            @HeaderParam("HX-Request") @Nullable String htmx)
            throws IOException {
        Draft draft = Draft.of(form);
        return kept(place, "jsonl", draft, draft.lines().replace("\r\n", "\n"), "pasted.jsonl", htmx);
    }

    /// Makes a file of a table and a template, or shows its first lines.
    @POST
    @Path("csv")
    @Operation(hidden = true)
    public Response table(
            @PathParam("place") String place,
            MultivaluedMap<String, String> form,
            @HeaderParam("HX-Request") @Nullable String htmx)
            throws IOException {
        Draft draft = Draft.of(form);
        Preview first = previewOf(draft);
        if (!FormFields.text(form, "preview").isEmpty()) {
            return started(200, place, "csv", draft, "", List.of(), 0, first);
        }
        if (!first.problem().isEmpty()) {
            return started(400, place, "csv", draft, first.problem(), List.of(), 0, Preview.NONE);
        }
        CsvRequests.Table table = CsvRequests.read(draft.csv());
        String lines = String.join("\n", CsvRequests.lines(table, template(draft), Integer.MAX_VALUE));
        return kept(place, "csv", draft, lines, "table.jsonl", htmx);
    }

    /// The first lines of a table and a template while they are typed.
    @POST
    @Path("preview")
    @Operation(hidden = true)
    public Response preview(@PathParam("place") String place, MultivaluedMap<String, String> form) {
        Preview first = previewOf(Draft.of(form));
        return ConsolePages.page(200, new preview(first.problem(), first.columns(), first.lines(), first.rows()))
                .build();
    }

    private Preview previewOf(Draft draft) {
        if (draft.csv().isBlank()) {
            return new Preview("Paste a table first; its first row names the columns.", List.of(), List.of(), 0);
        }
        try {
            requireSize(draft.csv());
            CsvRequests.Table table = CsvRequests.read(draft.csv());
            if (draft.prompt().isBlank()) {
                return new Preview("", table.columns(), List.of(), table.rows().size());
            }
            return new Preview(
                    "",
                    table.columns(),
                    CsvRequests.lines(table, template(draft), PREVIEWED),
                    table.rows().size());
        } catch (ProblemException refused) {
            return new Preview(refused.problem().message(), List.of(), List.of(), 0);
        }
    }

    private CsvRequests.Template template(Draft draft) {
        return new CsvRequests.Template(
                draft.model(),
                models.ofType("embedding").contains(draft.model()),
                draft.system(),
                draft.prompt(),
                FormFields.count("max_tokens", draft.maxTokens()),
                draft.idColumn());
    }

    private Response kept(String place, String from, Draft draft, String lines, String fileName, @Nullable String htmx)
            throws IOException {
        String name = draft.name().isEmpty() ? fileName : draft.name() + ".jsonl";
        try {
            requireSize(lines);
            return switch (files.keep(current.get(), name, lines.getBytes(StandardCharsets.UTF_8))) {
                case ConsoleFiles.Outcome.Kept(String id) ->
                    ConsolePages.seeOther(base(place) + "?file=" + id, htmx != null)
                            .build();
                case ConsoleFiles.Outcome.Wrong(List<LineProblem> problems, long total) ->
                    started(
                            400,
                            place,
                            from,
                            draft,
                            "",
                            problems.stream().limit(SHOWN_PROBLEMS).toList(),
                            total,
                            Preview.NONE);
            };
        } catch (ProblemException refused) {
            return started(400, place, from, draft, refused.problem().message(), List.of(), 0, Preview.NONE);
        }
    }

    private static void requireSize(String text) {
        if (text.length() > MOST_BYTES) {
            throw new ProblemException(
                    ErrorCode.INVALID_VALUE,
                    "A form takes 4 MiB. Upload a larger file on the page Files, or by the command below.");
        }
    }

    private Response started(
            int status,
            String place,
            String from,
            Draft draft,
            String problem,
            List<LineProblem> wrong,
            long total,
            Preview preview) {
        List<Choice> newest = from.equals("file")
                ? files.newest(current.get(), NEWEST).stream()
                        .map(file -> new Choice(
                                Ids.format(BatchFile.PREFIX, file.id()), file.name(), file.lines(), file.created()))
                        .toList()
                : List.of();
        return ConsolePages.page(
                        status,
                        new start(
                                base(place),
                                from,
                                draft,
                                models.ofType("chat"),
                                models.ofType("embedding"),
                                newest,
                                problem,
                                wrong,
                                total,
                                preview,
                                around.address().apiUrl().toString()))
                .build();
    }

    private record Order(String file, String window, String name, String key) {
        static Order of(MultivaluedMap<String, String> form) {
            return new Order(
                    FormFields.text(form, "file"),
                    FormFields.text(form, "window"),
                    FormFields.text(form, "name").strip(),
                    FormFields.text(form, "key"));
        }
    }

    /// Orders the batch.
    @POST
    @Operation(hidden = true)
    public Response order(
            @PathParam("place") String place,
            MultivaluedMap<String, String> form,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Order order = Order.of(form);
        return attempt(place, order, () -> {
            Batch batch = create(
                    order.file(),
                    order.name(),
                    order,
                    !FormFields.text(form, "inline").isEmpty());
            return ordered(place, batch, "The batch has begun.", htmx);
        });
    }

    /// Orders a batch of its own of the file's first lines.
    @POST
    @Path("sample")
    @Operation(hidden = true)
    public Response sample(
            @PathParam("place") String place,
            MultivaluedMap<String, String> form,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        Order order = Order.of(form);
        return attempt(place, order, () -> {
            int lines = Math.clamp(FormFields.count("lines", FormFields.text(form, "lines")), 1, MOST_SAMPLED);
            BatchFile file = input(order.file());
            String name = "First " + lines + " of " + file.name();
            String first =
                    switch (files.keep(current.get(), name, orders.samples().first(file, lines))) {
                        case ConsoleFiles.Outcome.Kept(String id) -> id;
                        case ConsoleFiles.Outcome.Wrong(List<LineProblem> problems, long total) ->
                            throw new ProblemException(
                                    ErrorCode.INVALID_FILE,
                                    problems.isEmpty()
                                            ? "It is not right any more."
                                            : problems.getFirst().message());
                    };
            Batch batch = create(first, name, order, false);
            return ordered(place, batch, "A sample runs as a batch of its own.", htmx);
        });
    }

    private interface Work {
        Response run() throws IOException;
    }

    private Response attempt(String place, Order order, Work work) {
        try {
            return work.run();
        } catch (ProblemException refused) {
            if (refused.problem().code() == ErrorCode.NOT_FOUND
                    && refused.problem().param() == null) {
                throw refused;
            }
            return ConsolePages.page(
                            refused.problem().code().status(),
                            review(place, order.file(), order, refused.problem().message()))
                    .build();
        } catch (IOException e) {
            return ConsolePages.page(
                            503,
                            review(
                                    place,
                                    order.file(),
                                    order,
                                    "The place where files are kept does not answer. Try again in a moment."))
                    .build();
        }
    }

    private Batch create(String file, String name, Order order, boolean inlineErrors) {
        Principal key =
                keys.principal(current.get(), order.key(), around.client().get());
        Map<String, String> metadata = new HashMap<>();
        if (!name.isEmpty()) {
            metadata.put("name", name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name);
        }
        if (inlineErrors) {
            metadata.put(BatchesResource.INLINE_ERRORS, "true");
        }
        return orders.batches()
                .create(
                        key,
                        new Batches.Wanted(
                                file,
                                endpoint(input(file)),
                                CompletionWindow.parse(order.window()),
                                metadata,
                                inlineErrors,
                                Duration.ZERO,
                                false));
    }

    private static Response ordered(String place, Batch batch, String said, @Nullable String htmx) {
        return ConsolePages.seeOther("/" + place + "/batches/" + Ids.format(Batch.PREFIX, batch.id()), htmx != null)
                .cookie(Notice.of(said))
                .build();
    }

    private BatchFile input(String id) {
        return files.find(current.get(), id)
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.NOT_FOUND, "This file holds results; a batch reads a file of requests."));
    }

    private review review(String place, String id, Order order, String problem) {
        Caller caller = current.get();
        BatchFile file = input(id);
        BatchQuotes.Quote quote = orders.quotes().of(file, windows(file, order.window()));
        List<BatchQuotes.Offer> offers = quote.windows();
        String usual = offers.stream()
                .map(BatchQuotes.Offer::completionWindow)
                .filter("24h"::equals)
                .findFirst()
                .orElse(offers.isEmpty() ? "24h" : offers.getFirst().completionWindow());
        return new review(
                base(place),
                file,
                Ids.format(BatchFile.PREFIX, file.id()),
                quote,
                order.window().isEmpty() ? usual : order.window(),
                costs(offers),
                order.name(),
                keys.own(caller),
                order.key(),
                caller.may("keys"),
                around.accounts()
                        .organizationOfAccount(caller.account())
                        .map(Organization::name)
                        .orElse("Personal"),
                around.listeners().of(caller, AccountEventType.BATCH_COMPLETED),
                caller.may("webhooks"),
                problem);
    }

    /// What the file's models are sold in, and the chosen window if it is another.
    private List<CompletionWindow> windows(BatchFile file, String chosen) {
        List<CompletionWindow> sold = new java.util.ArrayList<>(orders.quotes().windows(file));
        boolean known = chosen.isEmpty()
                || sold.stream().anyMatch(window -> window.text().equals(chosen));
        if (!known && !CompletionWindow.lengthOf(chosen).isZero()) {
            try {
                sold.addFirst(CompletionWindow.parse(chosen));
            } catch (ProblemException e) {
                // The address names none: those that are sold have to do.
                return sold;
            }
        }
        return sold;
    }

    private static List<ModelRow> costs(List<BatchQuotes.Offer> offers) {
        Map<String, ModelRow> rows = new LinkedHashMap<>();
        for (BatchQuotes.Offer offer : offers) {
            offer.models()
                    .forEach(cost -> rows.computeIfAbsent(
                                    cost.model(),
                                    model -> new ModelRow(
                                            model,
                                            cost.requestCount(),
                                            cost.estimatedInputTokens(),
                                            cost.estimatedOutputTokens(),
                                            new java.util.ArrayList<>()))
                            .costs()
                            .add(cost.estimatedCost()));
        }
        return List.copyOf(rows.values());
    }

    /// The endpoint that most lines name.
    private static String endpoint(BatchFile file) {
        Map<String, Integer> lines = new HashMap<>();
        file.models().forEach(one -> lines.merge(one.endpoint(), one.lines(), Integer::sum));
        return lines.entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue()
                        .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
                .map(Map.Entry::getKey)
                .orElseThrow();
    }

    private static String base(String place) {
        return "/" + place + "/batches/new";
    }
}
