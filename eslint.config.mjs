import eslint from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** A provider's barrel loads every resource: 780 MB and 13 s for the type checker. */
const barrels = {
  regex: "^@cdktf/provider-[^/]+(/lib)?(/index)?$",
  message: "Import the resource itself: @cdktf/provider-<name>/lib/<resource>.",
};
const constructs = {
  group: ["cdktf", "cdktf/**", "constructs", "@cdktf/**"],
  message: "This layer works on plain data; constructs belong to modules/ and stacks/.",
};
const layer = (...folders) => ({
  regex: `^(\\.\\./)+(${folders.join("|")})(/|$)`,
  message: `This layer must not know ${folders.join(", ")}.`,
});
const restrict = (files, ...patterns) => ({
  files,
  rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns: [barrels, ...patterns] }] },
});
/** Whatever reads files or judges manifests: modules get final values. */
const fleetLoading = {
  regex: "^(\\.\\./)+fleet/(?!((trace|cloud|registry|vpn)-)?types$)",
  message: "Modules and stacks get typed values; only the fleet's types may be imported here.",
};

export default tseslint.config(
  { ignores: ["build/", "cdktf.out/", "coverage/", "node_modules/", "providers/*/lib/"] },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "import-x/no-cycle": "error",
      "import-x/no-self-import": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A construct registers itself with its scope: `new Resource(this, ...)` is a statement.
      "no-new": "off",
      // Parsed JSON has keys, not properties.
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  restrict(["**/*.ts"]),
  restrict(["fleet/**/*.ts"], constructs, layer("stacks", "cli", "app")),
  restrict(["lib/**/*.ts"], layer("modules", "stacks", "cli", "app"), fleetLoading),
  restrict(["modules/**/*.ts"], layer("stacks", "cli", "app"), fleetLoading),
  restrict(["diagram/**/*.ts", "report/**/*.ts"], constructs, layer("modules", "stacks", "cli", "app")),
  restrict(["stacks/**/*.ts"], layer("cli", "app"), fleetLoading),
  {
    files: ["**/*.mjs", "**/*.cjs"],
    languageOptions: {
      globals: {
        console: "readonly",
        process: "readonly",
        module: "writable",
        require: "readonly",
        URL: "readonly",
        __dirname: "readonly",
      },
    },
  },
);
