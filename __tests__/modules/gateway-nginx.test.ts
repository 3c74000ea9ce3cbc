import { directive, renderNginx } from "../../modules/gateway/nginx";
import { parseNginx } from "./gateway-nginx";

describe("the text form", () => {
  test("quotes what nginx would read otherwise", () => {
    const words = [
      "plain",
      "a b",
      'say "x"',
      "back\\slash",
      "{",
      "semi;colon",
      "",
      "#x",
      "$var",
      "~^a$",
      "'",
    ];
    const [parsed] = parseNginx(renderNginx([directive("name", ...words)]));
    expect(parsed?.words).toEqual(["name", ...words]);
  });

  test("refuses what does not fit in a line", () => {
    expect(() => renderNginx([directive("name", "a\nb")])).toThrow("not in one line");
  });
});
