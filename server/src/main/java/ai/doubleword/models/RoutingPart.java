package ai.doubleword.models;

import ai.doubleword.platform.Sizes;
import ai.doubleword.platform.SystemPart;
import ai.doubleword.providers.Providers;
import ai.doubleword.providers.Target;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How routing is: what this node routes by, and the targets that it leaves alone.
@Singleton
final class RoutingPart implements SystemPart {
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final int SHOWN = 20;

    private final RoutingTable table;
    private final RoutingFeed feed;
    private final Providers providers;

    RoutingPart(RoutingTable table, RoutingFeed feed, Providers providers) {
        this.table = table;
        this.feed = feed;
        this.providers = providers;
    }

    @Override
    public String title() {
        return "Routes";
    }

    @Override
    public int order() {
        return 50;
    }

    @Override
    public List<Fact> facts() {
        List<Fact> out = new ArrayList<>();
        int targets = 0;
        int running = 0;
        int stranded = 0;
        for (Model model : table.current().models()) {
            List<Target> route = model.route().targets();
            stranded += route.isEmpty() ? 1 : 0;
            for (Target target : route) {
                targets++;
                Providers.TargetCondition condition =
                        providers.condition(target.id()).orElse(new Providers.TargetCondition("closed", 0));
                running += condition.running();
                if (!condition.breaker().equals("closed")) {
                    out.add(breaker(model, target, condition));
                }
            }
        }
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.plain("Models", Integer.toString(table.current().models().size())));
        if (stranded > 0) {
            facts.add(new Fact(
                    "Models that run nowhere",
                    Integer.toString(stranded),
                    Level.WARN,
                    "They answer no_capacity: give them a provider, or hide them."));
        }
        facts.add(Fact.plain("Targets", Integer.toString(targets)));
        facts.add(Fact.plain("Requests under way", Integer.toString(running)));
        facts.add(freshness());
        facts.add(
                out.isEmpty()
                        ? Fact.good("Breakers", "all closed")
                        : new Fact("Breakers", out.size() + " not closed", Level.WARN, ""));
        facts.addAll(out.subList(0, Math.min(SHOWN, out.size())));
        return facts;
    }

    private static Fact breaker(Model model, Target target, Providers.TargetCondition condition) {
        boolean open = condition.breaker().equals("open");
        return new Fact(
                model.name() + " at " + target.provider(),
                open ? "left alone" : "probing",
                open ? Level.BAD : Level.WARN,
                open
                        ? "Failed several times in a row: it is tried again by itself."
                        : "One request finds out whether it works again.");
    }

    private Fact freshness() {
        Duration age = Duration.ofNanos(feed.changes().ageNanos());
        String value = Sizes.span(age) + " ago";
        return age.compareTo(FRESH) <= 0
                ? Fact.good("Certainly true", value)
                : new Fact("Certainly true", value, Level.WARN, "PostgreSQL is out of reach: routes stay as they are.");
    }
}
