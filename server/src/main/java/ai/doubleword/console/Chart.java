package ai.doubleword.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/// Stacked bars over time, drawn by the server. Templates show it with the tag `chart`; the figures stand in a table
/// beside it for who cannot see it.
public record Chart(List<Line> lines, List<Column> columns, String label) {
    /// The size of the drawing; it scales with the page.
    public static final int WIDTH = 960;

    /// As [#WIDTH].
    public static final int HEIGHT = 240;

    private static final int LEFT = 52;
    private static final int TOP = 8;
    private static final int BOTTOM = 24;
    private static final int GRID = 4;

    public Chart {
        lines = List.copyOf(lines);
        columns = List.copyOf(columns);
    }

    /// A line of the grid, and what it means.
    public record Line(String y, String text) {}

    /// One point in time.
    ///
    /// @param tick what stands below it; mostly empty
    /// @param title all its figures in words
    public record Column(String x, String width, String middle, String tick, String title, List<Part> parts) {}

    /// A part of a bar.
    ///
    /// @param color the number of the series' colour, `0` for the rest
    public record Part(String y, String height, int color) {}

    /// One point in time, as it comes.
    ///
    /// @param values in the order of the series
    public record Point(String tick, String title, List<Double> values) {
        public Point {
            values = List.copyOf(values);
        }
    }

    /// @param colors the colour of each series
    /// @param format how a value reads at the grid
    public static Chart of(List<Point> points, List<Integer> colors, DoubleFunction<String> format, String label) {
        double most = points.stream().mapToDouble(Chart::sum).max().orElse(0);
        double top = niceTop(most);
        double room = HEIGHT - TOP - BOTTOM;
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i <= GRID; i++) {
            lines.add(new Line(number(TOP + room - room * i / GRID), format.apply(top * i / GRID)));
        }
        double step = (WIDTH - LEFT) / (double) Math.max(1, points.size());
        double width = Math.min(40, step * 0.72);
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            double middle = LEFT + step * (i + 0.5);
            double y = TOP + room;
            List<Part> parts = new ArrayList<>();
            for (int series = 0; series < point.values().size(); series++) {
                double height = room * point.values().get(series) / top;
                if (height > 0) {
                    y -= height;
                    parts.add(new Part(number(y), number(height), colors.get(series)));
                }
            }
            columns.add(new Column(
                    number(middle - width / 2), number(width), number(middle), point.tick(), point.title(), parts));
        }
        return new Chart(lines, columns, label);
    }

    private static double sum(Point point) {
        return point.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /// The least of 1, 2, 4, 5, 8 times a power of ten that is not below.
    private static double niceTop(double most) {
        if (most <= 0) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(most)));
        for (double factor : new double[] {1, 2, 4, 5, 8, 10}) {
            if (factor * power >= most) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
