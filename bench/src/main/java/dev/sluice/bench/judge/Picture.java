package dev.sluice.bench.judge;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler;

/** Requests that were hurt in each bad scenario, ours beside those of the best rival. */
final class Picture {
  private static final double LEAST = 1;

  private Picture() {}

  /**
   * @param file without its ending, .png
   */
  static void write(Tables tables, Rule ours, Path file) throws IOException {
    List<String> names = new ArrayList<>();
    List<Double> sluice = new ArrayList<>();
    List<Double> rival = new ArrayList<>();
    for (Scenario scenario : tables.scenarios(false)) {
      tables
          .trusted(scenario)
          .ifPresent(
              best -> {
                names.add(scenario.name());
                sluice.add(Math.max(LEAST, tables.of(scenario, ours).hurt()));
                rival.add(Math.max(LEAST, best.hurt()));
              });
    }
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(1100)
            .height(520)
            .title("Requests hurt by a bad version before it was stopped (mean, within 40 minutes)")
            .yAxisTitle("requests, logarithmic")
            .build();
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setYAxisMin(LEAST);
    chart.getStyler().setXAxisLabelRotation(60);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNW);
    chart.getStyler().setSeriesColors(new Color[] {new Color(0x1b7f5c), new Color(0xb8b8b8)});
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setPlotBorderVisible(false);
    chart.getStyler().setAvailableSpaceFill(0.8);
    var _ = chart.addSeries("Sluice", names, sluice);
    var _ = chart.addSeries("best rival that aborts at most 5 % of good versions", names, rival);
    BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
  }
}
