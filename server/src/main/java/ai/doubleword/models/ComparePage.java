package ai.doubleword.models;

import ai.doubleword.models.ModelRow.Offer;
import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// Two to four models side by side: what they are, what they cost, how they did lately, and what a workload would cost
/// with each in each tier. All of the choice stands in the address.
@Path("{place: me|o/[a-z0-9-]+}/compare")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(Authentication.SESSION)
public final class ComparePage {
    private static final int MOST = 4;

    private final ModelShelf shelf;

    ComparePage(ModelShelf shelf) {
        this.shelf = shelf;
    }

    /// A tier, and what each model takes for it.
    record TierPrices(String tier, List<Optional<Offer>> offers) {}

    /// A tier, and what the workload costs in it with each model.
    record TierCosts(String tier, List<Optional<Cost>> costs) {}

    /// What a workload costs.
    ///
    /// @param month of 30 days
    /// @param least whether nothing on the page is cheaper
    record Cost(BigDecimal day, BigDecimal month, boolean least) {}

    /// One model to choose.
    record Choice(String name, String type, boolean chosen) {}

    /// @param base the page's own address
    /// @param place what the addresses of the account's pages begin with
    record page(
            String base,
            String place,
            List<Choice> choices,
            List<ModelRow> models,
            List<TierPrices> prices,
            Workload workload,
            List<TierCosts> costs)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show(
            @PathParam("place") String place,
            @QueryParam("model") List<String> wanted,
            @QueryParam("requests") @DefaultValue("") String requests,
            @QueryParam("input") @DefaultValue("") String input,
            @QueryParam("output") @DefaultValue("") String output,
            @QueryParam("cached") @DefaultValue("") String cached) {
        List<ModelRow> all = shelf.all();
        List<ModelRow> models = wanted.stream()
                .distinct()
                .flatMap(name -> all.stream().filter(model -> model.name().equals(name)))
                .limit(MOST)
                .toList();
        Workload workload = Workload.parse(requests, input, output, cached);
        Set<String> tiers = new LinkedHashSet<>();
        models.forEach(model -> model.offers().forEach(offer -> tiers.add(offer.tier())));
        return ConsolePages.page(
                        200,
                        new page(
                                "/" + place + "/compare",
                                "/" + place,
                                all.stream()
                                        .map(model -> new Choice(model.name(), model.type(), models.contains(model)))
                                        .toList(),
                                models,
                                tiers.stream()
                                        .map(tier -> new TierPrices(tier, offers(models, tier)))
                                        .toList(),
                                workload,
                                costs(models, tiers, workload)))
                .build();
    }

    private static List<Optional<Offer>> offers(List<ModelRow> models, String tier) {
        return models.stream()
                .map(model -> model.offers().stream()
                        .filter(offer -> offer.tier().equals(tier))
                        .findFirst())
                .toList();
    }

    private static List<TierCosts> costs(List<ModelRow> models, Set<String> tiers, Workload workload) {
        Optional<BigDecimal> least = models.stream()
                .flatMap(model -> model.offers().stream())
                .map(offer -> workload.perDay(offer.tariff()))
                .min(BigDecimal::compareTo);
        List<TierCosts> rows = new ArrayList<>();
        for (String tier : tiers) {
            List<Optional<Cost>> costs = offers(models, tier).stream()
                    .map(offer -> offer.map(one -> {
                        BigDecimal day = workload.perDay(one.tariff());
                        return new Cost(
                                day,
                                workload.perMonth(one.tariff()),
                                day.compareTo(Objects.requireNonNull(least.orElse(day))) == 0);
                    }))
                    .toList();
            rows.add(new TierCosts(tier, costs));
        }
        return rows;
    }
}
