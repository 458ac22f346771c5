// Reads lines {"draft", "schema", "instances": [text ...]} and answers each with {"valid": [...]},
// or with {"error"} where ajv refuses the schema or fails.
import { createInterface } from "node:readline";
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

// The digits of a number and the power of ten that they count.
function decimal(number) {
  const [digits, exponent] = number.toExponential().split("e");
  const [whole, fraction = ""] = digits.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

function isMultiple(value, divisor) {
  const a = decimal(value);
  const b = decimal(divisor);
  const least = Math.min(a.exponent, b.exponent);
  const scaled = ({ digits, exponent }) => digits * 10n ** BigInt(exponent - least);
  return scaled(a) % scaled(b) === 0n;
}

function create(Class, options) {
  const ajv = new Class({ strict: false, logger: false, unicodeRegExp: true, ...options });
  addFormats.default(ajv);
  // ajv divides doubles, so that 0.3 is no multiple of 0.1.
  ajv.removeKeyword("multipleOf");
  ajv.addKeyword({
    keyword: "multipleOf",
    type: "number",
    schemaType: "number",
    compile: (divisor) => (value) => isMultiple(value, divisor),
  });
  return ajv;
}

const judges = {
  "2020-12": create(Ajv2020.default, {}),
  "draft-07": create(Ajv.default, { ignoreKeywordsWithRef: true }),
};

function judge({ draft, schema, instances }) {
  const ajv = judges[draft];
  try {
    const validate = ajv.compile(schema);
    return { valid: instances.map((text) => validate(JSON.parse(text))) };
  } catch (error) {
    return { error: String(error) };
  } finally {
    ajv.removeSchema(schema);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(judge(JSON.parse(line))));
}
