package ai.doubleword.models;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Caller;
import ai.doubleword.accounts.CurrentCaller;
import ai.doubleword.accounts.Organization;
import ai.doubleword.console.Code;
import ai.doubleword.docs.Language;
import ai.doubleword.docs.Samples;
import ai.doubleword.keys.ApiKey;
import ai.doubleword.keys.IssuedKey;
import ai.doubleword.keys.SampleKeys;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// The catalogue of an account's models, a card for each, and on the card the dialog **API**: working code in five
/// languages, into which **Fill API Key** puts a key.
@Path("{place: me|o/[a-z0-9-]+}/models")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class ModelsPage {
    private static final String LANGUAGE_COOKIE = "dw-language";
    private static final int YEAR = 31_536_000;

    private final ModelShelf shelf;
    private final Samples samples;
    private final SampleKeys sampleKeys;
    private final Accounts accounts;
    private final CurrentCaller current;
    private final PublicAddress address;

    ModelsPage(
            ModelShelf shelf,
            Samples samples,
            SampleKeys sampleKeys,
            Accounts accounts,
            CurrentCaller current,
            PublicAddress address) {
        this.shelf = shelf;
        this.samples = samples;
        this.sampleKeys = sampleKeys;
        this.accounts = accounts;
        this.current = current;
        this.address = address;
    }

    /// @param type the type that is shown; empty for all
    /// @param capability that the shown models have; empty for any
    /// @param capabilities that any model has
    record list(
            String base,
            List<ModelRow> models,
            String search,
            String type,
            String capability,
            List<String> capabilities,
            long total)
            implements TemplateInstance {}

    /// @param dialog the dialog over the card, as HTML that is rendered already; empty for none
    record card(String base, ModelRow model, String dialog) implements TemplateInstance {}

    /// The dialog **API**.
    ///
    /// @param page the card's address
    /// @param tiers that there are samples for, the shown one marked
    /// @param tier the shown one
    /// @param samples the samples that fit the model, the shown one marked
    /// @param filled the key that is filled in; absent where the environment is read
    /// @param account who pays, as the switcher names it
    /// @param mayFill whether the reader may make keys here
    /// @param problem why filling was refused; empty if it was not
    /// @param crowd sample keys of which one must end first
    record api(
            String page,
            ModelRow model,
            List<Tab> tiers,
            String tier,
            List<Tab> tabs,
            List<Tab> samples,
            Language language,
            String install,
            String sample,
            Code code,
            Code environment,
            Code openAiEnvironment,
            Optional<IssuedKey> filled,
            String account,
            boolean mayFill,
            String problem,
            List<ApiKey> crowd)
            implements TemplateInstance {}

    /// One of several to choose from.
    record Tab(String label, String href, boolean chosen) {}

    /// A sample, and the model that stands in its file.
    private record Sample(String label, String name, String model) {}

    private static final List<Sample> CHAT = List.of(
            new Sample("Chat", "getting-started/first_call", "doubleword-demo"),
            new Sample("Streaming", "streaming/stream", "doubleword-demo"),
            new Sample("Tools", "chat/tools", "doubleword-demo"),
            new Sample("JSON schema", "chat/json_schema", "doubleword-demo"),
            new Sample("Responses", "responses/plain", "doubleword-demo"));
    private static final List<Sample> EMBEDDING =
            List.of(new Sample("Embeddings", "embeddings/embed", "all-minilm-l6-v2"));
    private static final List<Sample> ASYNC = List.of(
            new Sample("autobatcher", "creating-an-api-key/async", "doubleword-demo"),
            new Sample("Background", "responses/background", "doubleword-demo"));
    private static final List<Sample> EMBEDDING_BATCH =
            List.of(new Sample("Batch", "embeddings/many", "all-minilm-l6-v2"));
    private static final List<Sample> BATCH = List.of(new Sample("Batch", "batches/questions", "doubleword-demo"));

    /// Those that are written for it in Python.
    private static final Set<String> AUTOBATCHER =
            Set.of("creating-an-api-key/async", "batches/questions", "embeddings/many");

    /// The samples of a tier.
    private record TierSamples(String wire, String label, List<Sample> samples) {
        /// What brings the library of a sample.
        String install(Sample sample, Language language) {
            return AUTOBATCHER.contains(sample.name()) && language == Language.PYTHON
                    ? "pip install autobatcher"
                    : language.install();
        }
    }

    /// The tiers whose samples fit a model, in their order.
    private static List<TierSamples> tiers(ModelRow model) {
        boolean embedding = model.type().equals("embedding");
        List<TierSamples> tiers = new ArrayList<>();
        tiers.add(new TierSamples("realtime", "Realtime", embedding ? EMBEDDING : CHAT));
        if (!embedding) {
            tiers.add(new TierSamples("async", "Async", ASYNC));
        }
        if (model.batches()) {
            tiers.add(new TierSamples("batch", "Batch", embedding ? EMBEDDING_BATCH : BATCH));
        }
        return tiers;
    }

    @GET
    @Operation(hidden = true)
    public Response list(
            @PathParam("place") String place,
            @QueryParam("q") @DefaultValue("") String search,
            @QueryParam("type") @DefaultValue("") String type,
            @QueryParam("capability") @DefaultValue("") String capability) {
        List<ModelRow> all = shelf.all();
        String wanted = search.strip().toLowerCase(Locale.ROOT);
        List<ModelRow> found = all.stream()
                .filter(model -> type.isEmpty() || model.type().equals(type))
                .filter(model -> capability.isEmpty() || model.capabilities().contains(capability))
                .filter(model -> model.name().toLowerCase(Locale.ROOT).contains(wanted)
                        || model.description().toLowerCase(Locale.ROOT).contains(wanted))
                .toList();
        List<String> capabilities = all.stream()
                .flatMap(model -> model.capabilities().stream())
                .distinct()
                .sorted()
                .toList();
        return ConsolePages.page(200, new list(base(place), found, search, type, capability, capabilities, all.size()))
                .build();
    }

    @GET
    @Path("{model: .+}")
    @Operation(hidden = true)
    public Response card(
            @PathParam("place") String place,
            @PathParam("model") String name,
            @QueryParam("api") @Nullable String api,
            @QueryParam("sample") @DefaultValue("") String sample,
            @QueryParam("language") @Nullable String language,
            @QueryParam("filled") @Nullable String filled,
            @CookieParam(LANGUAGE_COOKIE) @Nullable String remembered,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        ModelRow model = shelf.get(name);
        if (api == null) {
            return ConsolePages.page(200, new card(base(place), model, "")).build();
        }
        Language chosen = Language.of(language != null ? language : remembered == null ? "" : remembered);
        Optional<IssuedKey> key = filled == null
                ? Optional.empty()
                : sampleKeys.find(current.get().account());
        return answer(200, place, model, dialog(place, model, api, sample, chosen, key, ""), chosen, htmx);
    }

    /// Fills the account's sample key in, made if need be.
    @POST
    @Path("{model: .+}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RoutePolicy(value = Authentication.SESSION, right = "keys")
    @Operation(hidden = true)
    public Response fill(
            @PathParam("place") String place,
            @PathParam("model") String name,
            @FormParam("sample") @DefaultValue("") String sample,
            @FormParam("language") @DefaultValue("") String language,
            @FormParam("name") @DefaultValue("") String keyName,
            @FormParam("days") @DefaultValue("30") int days,
            @FormParam("instead") @DefaultValue("") String instead,
            @HeaderParam("HX-Request") @Nullable String htmx) {
        ModelRow model = shelf.get(name);
        Language chosen = Language.of(language);
        try {
            Duration lifetime = Duration.ofDays(Math.clamp(days, 1, 365));
            IssuedKey key =
                    sampleKeys.fill(current.get(), new SampleKeys.Wish(keyName, Optional.of(lifetime), instead));
            return answer(
                    200, place, model, dialog(place, model, "", sample, chosen, Optional.of(key), ""), chosen, htmx);
        } catch (ProblemException refused) {
            return answer(
                    refused.problem().code().status(),
                    place,
                    model,
                    dialog(
                            place,
                            model,
                            "",
                            sample,
                            chosen,
                            Optional.empty(),
                            refused.problem().message()),
                    chosen,
                    htmx);
        }
    }

    /// @param tier the one that is asked for, where no sample is
    private api dialog(
            String place,
            ModelRow model,
            String tier,
            String wanted,
            Language language,
            Optional<IssuedKey> key,
            String problem) {
        Caller caller = current.get();
        List<TierSamples> tiers = tiers(model);
        TierSamples shownTier = tiers.stream()
                .filter(one ->
                        one.samples().stream().anyMatch(sample -> sample.name().equals(wanted)))
                .findFirst()
                .or(() -> tiers.stream().filter(one -> one.wire().equals(tier)).findFirst())
                .orElse(tiers.getFirst());
        List<Sample> fitting = shownTier.samples();
        Sample sample = fitting.stream()
                .filter(one -> one.name().equals(wanted))
                .findFirst()
                .orElse(fitting.getFirst());
        List<Language> languages = samples.languages(sample.name());
        Language shown = languages.contains(language) ? language : languages.getFirst();
        Samples.Values values = new Samples.Values(
                address.apiUrl().toString(),
                model.name(),
                key.map(issued -> issued.text().revealText()).orElse(""));
        String page = base(place) + "/" + model.name();
        String fill = key.isPresent() ? "&filled=yes" : "";
        String start = page + "?api=" + shownTier.wire() + "&sample=";
        return new api(
                page,
                model,
                tiers.stream()
                        .map(one -> new Tab(
                                one.label(),
                                page + "?api=" + one.wire() + "&language=" + shown.wire() + fill,
                                one.equals(shownTier)))
                        .toList(),
                shownTier.wire(),
                languages.stream()
                        .map(one -> new Tab(
                                one.label(), start + sample.name() + "&language=" + one.wire() + fill, one == shown))
                        .toList(),
                fitting.stream()
                        .map(one -> new Tab(
                                one.label(),
                                start + one.name() + "&language=" + shown.wire() + fill,
                                one.equals(sample)))
                        .toList(),
                shown,
                shownTier.install(sample, shown),
                sample.name(),
                Code.of(shown.colouring(), samples.text(sample.name(), sample.model(), shown, values)),
                Code.of("sh", samples.environment(values)),
                Code.of("sh", samples.openAiEnvironment(values)),
                key,
                accounts.organizationOfAccount(caller.account())
                        .map(Organization::name)
                        .orElse("Personal"),
                caller.may("keys"),
                problem,
                problem.isEmpty() ? List.of() : sampleKeys.crowd(caller.account()));
    }

    /// The dialog: alone for a card that is there already, over it otherwise. The language is remembered.
    private static Response answer(
            int status, String place, ModelRow model, api dialog, Language language, @Nullable String htmx) {
        return ConsolePages.dialog(status, dialog, htmx, html -> new card(base(place), model, html))
                .cookie(new NewCookie.Builder(LANGUAGE_COOKIE)
                        .value(language.wire())
                        .path("/")
                        .maxAge(YEAR)
                        .httpOnly(true)
                        .sameSite(NewCookie.SameSite.LAX)
                        .build())
                .build();
    }

    private static String base(String place) {
        return "/" + place + "/models";
    }
}
