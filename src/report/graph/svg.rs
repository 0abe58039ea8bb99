//! A graph → a picture that opens in a browser: no scripts, nothing that is fetched.

use std::io::{self, Write};

use super::layout::{BlockSpot, HEIGHT, MAX_CHARACTERS, place};
use super::sketch::{DrawnBlock, Sketch, Stroke};
use super::words::{Becoming, summary};
use crate::engine::graph::Graph;
use crate::report::view::View;
use crate::text::markup::Markup;

/// Around everything.
const MARGIN: f64 = 24.0;

/// Above the boxes: the summary and the legend.
const HEAD: f64 = 84.0;

/// The legend and the summary need as much.
const MIN_WIDTH: f64 = 860.0;

/// For code, and for sentences.
const FONTS: [&str; 2] = [
    "font-family=\"ui-monospace,Menlo,Consolas,monospace\" font-size=\"12\"",
    "font-family=\"system-ui,sans-serif\" font-size=\"12\"",
];

/// A frame around what is cut.
const CUT: &str = "fill=\"none\" stroke=\"#cf222e\" stroke-width=\"2\" stroke-dasharray=\"2 3\"";

/// The head of an arrow.
const ARROW: &str = "<defs><marker id=\"end\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" fill=\"#8c959f\"/></marker></defs>\n";

/// Writes the picture.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, view: &View, graph: &Graph) -> io::Result<()> {
    let sketch = Sketch::readable(graph, view);
    let (spots, width, height) = place(&sketch);
    let width = width.max(MIN_WIDTH) + 2.0 * MARGIN;
    let height = height + HEAD + 2.0 * MARGIN;
    let mut page = Markup::default();
    page.raw(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n"
    ));
    page.raw("<title>");
    page.text("Who turns async");
    page.raw("</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    page.raw(ARROW);
    head(&mut page, graph, &sketch);
    let top = HEAD + MARGIN;
    page.raw(&format!(
        "<g transform=\"translate({MARGIN} {top})\" {}>\n",
        FONTS[0]
    ));
    for stroke in &sketch.strokes {
        line(&mut page, stroke, (spots[stroke.from], spots[stroke.to]));
    }
    for (block, spot) in sketch.blocks.iter().zip(&spots) {
        draw(&mut page, block, *spot);
    }
    page.raw("</g>\n</svg>\n");
    write!(out, "{}", String::from(page))
}

/// How a box looks: its colors, and what tells it apart without them.
fn look(becoming: Becoming, is_seed: bool) -> String {
    let (fill, stroke, dashes) = match becoming {
        Becoming::Turns => ("#ddf4ff", "#0969da", ""),
        Becoming::Awaits => ("#dafbe1", "#1a7f37", ""),
        Becoming::Stays => ("#fff8c5", "#9a6700", ""),
        Becoming::Unknown => ("#ffffff", "#6e7781", " stroke-dasharray=\"5 3\""),
    };
    let (width, radius) = (if is_seed { "4" } else { "1.5" }, radius(becoming));
    format!("rx=\"{radius}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{width}\"{dashes}")
}

fn radius(becoming: Becoming) -> u32 {
    match becoming {
        Becoming::Awaits => 16,
        Becoming::Turns | Becoming::Unknown => 4,
        Becoming::Stays => 0,
    }
}

/// The summary, and what the boxes mean.
fn head(page: &mut Markup, graph: &Graph, sketch: &Sketch) {
    let mut said = summary(graph);
    if let Some(folded) = sketch.folded {
        said += &format!(" Too many to draw: a box is a {folded}.");
    }
    let sentence = FONTS[1];
    page.raw(&format!(
        "<g {sentence} fill=\"#1f2328\"><text font-weight=\"bold\" x=\"{MARGIN}\" y=\"32\">"
    ));
    page.text(&said);
    page.raw("</text>\n");
    let mut x = MARGIN;
    for becoming in Becoming::ALL {
        let (look, sign) = (look(becoming, false), becoming.sign());
        let (sign_x, words_x) = (x + 9.0, x + 33.0);
        page.raw(&format!(
            "<rect x=\"{x}\" y=\"48\" width=\"26\" height=\"22\" {look}/><text x=\"{sign_x}\" y=\"63\">{sign}</text><text x=\"{words_x}\" y=\"63\">"
        ));
        page.text(becoming.words());
        page.raw("</text>\n");
        x += 118.0;
    }
    page.raw(&format!("<text x=\"{x}\" y=\"63\">"));
    page.text("bold frame: begins here; ✂ and red dots: cheapest cut");
    page.raw("</text></g>\n");
}

fn draw(page: &mut Markup, block: &DrawnBlock, spot: BlockSpot) {
    let BlockSpot { x, y, width } = spot;
    page.raw("<g><title>");
    page.text(&block.title);
    for line in block.tip.lines() {
        page.raw("\n");
        page.text(line);
    }
    page.raw("</title>");
    let look = look(block.becoming, block.is_seed);
    page.raw(&format!(
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{HEIGHT}\" {look}/>"
    ));
    if block.is_cut {
        let (x, y, width, height) = (x - 5.0, y - 5.0, width + 10.0, HEIGHT + 10.0);
        page.raw(&format!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" {CUT}/>"
        ));
    }
    let cut = if block.is_cut { "✂ " } else { "" };
    let title = format!("{} {cut}{}", block.becoming.sign(), block.title);
    text(page, (x + 10.0, y + 16.0), "#1f2328", &title);
    text(page, (x + 10.0, y + 31.0), "#57606a", &block.place);
    page.raw("</g>\n");
}

fn text(page: &mut Markup, (x, y): (f64, f64), color: &str, text: &str) {
    page.raw(&format!(
        "<text fill=\"{color}\" x=\"{x:.1}\" y=\"{y:.1}\">"
    ));
    page.text(&shortened(text));
    page.raw("</text>");
}

/// The end of a long text says more than its beginning.
fn shortened(text: &str) -> String {
    let length = text.chars().count();
    match length > MAX_CHARACTERS {
        true => {
            let (first, last) = (12, MAX_CHARACTERS - 13);
            let head: String = text.chars().take(first).collect();
            let tail: String = text.chars().skip(length - last).collect();
            format!("{head}…{tail}")
        }
        false => text.to_owned(),
    }
}

/// A line from the right of a box to the left of another, or around where that is not farther right.
fn line(page: &mut Markup, stroke: &Stroke, (from, to): (BlockSpot, BlockSpot)) {
    let (x1, y1) = (from.x + from.width, from.y + HEIGHT / 2.0);
    let y2 = to.y + HEIGHT / 2.0;
    let curve = match from.x < to.x {
        true => {
            let (x2, middle) = (to.x, (x1 + to.x) / 2.0);
            format!("M{x1:.1} {y1:.1}C{middle:.1} {y1:.1} {middle:.1} {y2:.1} {x2:.1} {y2:.1}")
        }
        false => {
            let (x2, out) = (to.x + to.width, x1.max(to.x + to.width) + 50.0);
            let y2 = y2 + 8.0;
            format!("M{x1:.1} {y1:.1}C{out:.1} {y1:.1} {out:.1} {y2:.1} {x2:.1} {y2:.1}")
        }
    };
    page.raw("<g><title>");
    for (number, line) in stroke.tip.lines().enumerate() {
        page.raw(if number == 0 { "" } else { "\n" });
        page.text(line);
    }
    page.raw(&format!(
        "</title><path fill=\"none\" stroke=\"#8c959f\" stroke-width=\"1.2\" marker-end=\"url(#end)\" d=\"{curve}\"/></g>\n"
    ));
}
