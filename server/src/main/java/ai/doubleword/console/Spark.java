package ai.doubleword.console;

import java.util.ArrayList;
import java.util.List;

/// A row of small bars: what happened day by day, without axes. Templates draw it with the tag `spark`.
///
/// @param label for who cannot see it
public record Spark(List<Bar> bars, String label) {
    /// The size of the drawing.
    public static final int WIDTH = 88;

    /// As [#WIDTH].
    public static final int HEIGHT = 24;

    private static final int GAP = 2;

    public Spark {
        bars = List.copyOf(bars);
    }

    /// @param zero whether nothing happened, which shows as a low line
    public record Bar(int x, int y, int width, int height, boolean zero) {}

    /// @param values one for each day, the oldest first
    /// @param unit what is counted, as `requests`
    public static Spark of(long[] values, String unit) {
        long most = 1;
        long sum = 0;
        for (long value : values) {
            most = Math.max(most, value);
            sum += value;
        }
        List<Bar> bars = new ArrayList<>();
        int step = WIDTH / Math.max(1, values.length);
        for (int i = 0; i < values.length; i++) {
            int height = values[i] == 0 ? 1 : (int) Math.max(2, values[i] * HEIGHT / most);
            bars.add(new Bar(i * step, HEIGHT - height, Math.max(1, step - GAP), height, values[i] == 0));
        }
        return new Spark(bars, sum + " " + unit + " in " + values.length + " days");
    }
}
