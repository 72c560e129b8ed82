// Numbers as text in a handout: five signs for four bytes, which is less than base64 takes.

// Python's base64.b85encode has "<" where "." stands here: in a page it might end the script.
const DIGITS_85 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;.=>?@^_`{|}~";
const LAST_DIGIT = "~"; // the last sign, for what a text lacks to whole fives

// The bytes of a text.
export function bytesOfBase85(text) {
  const lacking = (5 - (text.length % 5)) % 5,
    whole = text + LAST_DIGIT.repeat(lacking),
    digitOf = new Uint8Array(128);
  for (let k = 0; k < DIGITS_85.length; k++) digitOf[DIGITS_85.charCodeAt(k)] = k;
  const bytes = new DataView(new ArrayBuffer((whole.length / 5) * 4));
  for (let k = 0; k < whole.length; k += 5) {
    let number = 0;
    for (let n = k; n < k + 5; n++) number = number * 85 + digitOf[whole.charCodeAt(n)];
    bytes.setUint32((k / 5) * 4, number);
  }
  return new Uint8Array(bytes.buffer.slice(0, bytes.byteLength - lacking));
}
