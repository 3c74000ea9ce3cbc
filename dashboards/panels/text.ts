import { PanelBuilder, TextMode } from "@grafana/grafana-foundation-sdk/text";

/** A note across the dashboard, in Markdown. */
export const notePanel = (title: string, markdown: string, height: number): PanelBuilder =>
  new PanelBuilder()
    .title(title)
    .height(height)
    .span(24)
    .unit("none")
    .mode(TextMode.Markdown)
    .content(markdown);
