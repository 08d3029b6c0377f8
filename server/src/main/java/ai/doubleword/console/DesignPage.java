package ai.doubleword.console;

import ai.doubleword.platform.ConsolePages;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// Every component of the console on one page, for administrators and for whoever changes one.
@Path("design")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
@RoutePolicy(value = Authentication.SESSION, right = "admin")
public final class DesignPage {
    private static final String SAMPLE = """
            import os

            from openai import OpenAI  # any OpenAI SDK will do

            client = OpenAI(base_url=os.environ["DOUBLEWORD_API_BASE"], api_key=os.environ["DOUBLEWORD_API_KEY"])
            print(client.models.list().data[0].id, 42)
            """;

    private final Clock clock;
    private final DisplayText text;

    DesignPage(Clock clock, DisplayText text) {
        this.clock = clock;
        this.text = text;
    }

    /// @param running how far something is, of which a part failed
    /// @param ended the same at its end
    record page(Instant now, Instant later, Code code, Spark spark, Chart chart, Progress running, Progress ended)
            implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public Response show() {
        Instant now = clock.instant();
        List<Chart.Point> points = new ArrayList<>();
        for (int day = 0; day < 30; day++) {
            List<Double> values = List.of(40 + 25 * Math.sin(day / 3.0), 20 + 12 * Math.cos(day / 4.0), day / 2.0);
            points.add(new Chart.Point(day % 7 == 0 ? "day " + (day + 1) : "", "Day " + (day + 1), values));
        }
        return ConsolePages.page(
                        200,
                        new page(
                                now,
                                now.plus(Duration.ofDays(3)),
                                Code.of("python", SAMPLE),
                                Spark.of(new long[] {1, 3, 2, 0, 5, 8, 13, 9, 4, 0, 6, 7, 11, 12}, "requests"),
                                Chart.of(points, List.of(1, 2, 3), value -> text.brief((long) value), "Example"),
                                new Progress(1_000, 620, 18),
                                new Progress(1_000, 982, 18)))
                .build();
    }
}
