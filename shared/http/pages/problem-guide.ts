import type { ProblemCode } from '../../errors.ts';

/** What a code tells a person. Plain text. */
export interface Guidance {
  /** When the code occurs. */
  readonly when: string;
  /** What to do then. */
  readonly todo: string;
  /** Both in short, in Tamil. */
  readonly tamil: string;
}

/**
 * Each code of `PROBLEMS`, for people: its page under `/problems/` and the OpenAPI document are made of this. It is apart from
 * that table because no function needs it to start.
 */
export const PROBLEM_GUIDE: Readonly<Record<ProblemCode, Guidance>> = {
  'validation-error': {
    when: 'The body, a query parameter or a header does not match its schema. A text that is only white space, a lone surrogate in it and a field that the body does not have count too.',
    todo: 'Mend every fault that “errors” lists: it lists them all. Sending the same request again cannot help.',
    tamil: 'கோரிக்கையில் பிழை உள்ளது. “errors” பட்டியலில் உள்ளவற்றைத் திருத்தி மீண்டும் அனுப்புங்கள்.',
  },
  'malformed-json': {
    when: 'The body is not JSON in UTF-8, or it did not arrive whole within 30 seconds.',
    todo: 'Let a JSON library write the body. Look for single quotes, a comma too many, or another encoding than UTF-8.',
    tamil: 'உடல் சரியான JSON அல்ல. JSON நூலகம் ஒன்றைக் கொண்டு அதை உருவாக்குங்கள்.',
  },
  unauthorized: {
    when: 'There is no token, it has expired, it is of another issuer or audience, its signature does not fit, or it names no tenant. The answer does not say which; the service’s log does.',
    todo: 'Get a new token from your identity provider and send it as “Authorization: Bearer <token>”. If a fresh token is refused, ask the operator for the reason that is logged with the request id.',
    tamil: 'செல்லுபடியாகும் அணுகல் சீட்டு (token) இல்லை. புதிய ஒன்றைப் பெற்று மீண்டும் அனுப்புங்கள்.',
  },
  forbidden: {
    when: 'The token is good, and its user does not have the role that this needs.',
    todo: 'Ask your tenant’s administrator for the role that “detail” names. Then get a new token: a role stands in the token.',
    tamil: 'இதற்குத் தேவையான பொறுப்பு (role) உங்களுக்கு இல்லை. உங்கள் நிர்வாகியிடம் கேளுங்கள்.',
  },
  'not-found': {
    when: 'There is nothing at this path, or no such operation: its id is wrong, it belongs to another tenant, it was deleted, or its retention has ended.',
    todo: 'Check the path and the id. An operation whose retention has ended is gone; send the text again.',
    tamil: 'இப்படி எதுவும் இல்லை. முகவரியையும் அடையாள எண்ணையும் சரிபாருங்கள்.',
  },
  'method-not-allowed': {
    when: 'The path exists, and does not take this method.',
    todo: 'Use one of the methods that the header “Allow” lists.',
    tamil: 'இந்த முகவரி இந்த முறையை (method) ஏற்பதில்லை. “Allow” தலைப்பில் உள்ளதைப் பயன்படுத்துங்கள்.',
  },
  'idempotency-in-progress': {
    when: 'Another request with this Idempotency-Key is still being answered.',
    todo: 'Wait for as many seconds as “Retry-After” says, then send the same request with the same key. You get the first one’s answer.',
    tamil: 'இதே திறவுகோலுடன் வந்த முதல் கோரிக்கை இன்னும் முடியவில்லை. சற்றுப் பொறுத்து மீண்டும் அனுப்புங்கள்.',
  },
  'certification-running': {
    when: 'A certification of this integration has not finished, and one at a time may run.',
    todo: 'Wait until it has finished, or cancel it.',
    tamil: 'இந்த இணைப்பின் சான்றளிப்பு இன்னும் நடக்கிறது. அது முடியும்வரை பொறுங்கள்.',
  },
  'operation-already-finished': {
    when: 'An operation that has succeeded or failed was to be cancelled. A finished operation never changes.',
    todo: 'Nothing: read the operation. “detail” says how it ended.',
    tamil: 'இந்தச் செயல் ஏற்கெனவே முடிந்துவிட்டது; அதை நிறுத்த முடியாது. அதன் முடிவைப் படியுங்கள்.',
  },
  'operation-not-finished': {
    when: 'An operation that is queued or running was to be deleted.',
    todo: 'Cancel it first, or wait until it has finished. Then delete it.',
    tamil: 'இந்தச் செயல் இன்னும் முடியவில்லை. முதலில் அதை நிறுத்துங்கள், பிறகு அழியுங்கள்.',
  },
  'payload-too-large': {
    when: 'The body is larger than 256 KiB.',
    todo: 'Send less: a text may have 10,000 characters and an essay 20,000, in UTF-16 code units.',
    tamil: 'உரை மிகப் பெரியது. அதைப் பிரித்து அனுப்புங்கள்.',
  },
  'unsupported-media-type': {
    when: 'The body was not sent as application/json in UTF-8, or it was compressed.',
    todo: 'Send “Content-Type: application/json” and the body as it is.',
    tamil: 'உடலை application/json ஆக அனுப்புங்கள்.',
  },
  'idempotency-key-reused': {
    when: 'The Idempotency-Key was used before, with another body.',
    todo: 'Use a new key for a new request. Repeat a request with exactly the same body.',
    tamil: 'இந்தத் திறவுகோல் வேறோர் உரைக்குப் பயன்பட்டுவிட்டது. புதிய திறவுகோலைப் பயன்படுத்துங்கள்.',
  },
  'rate-limited': {
    when: 'Your tenant has sent as many requests as it may in a minute, has as many under way as it may, or has too many unfinished operations. “detail” says which.',
    todo: 'Wait for as many seconds as “Retry-After” says. “RateLimit” tells with every answer what is left.',
    tamil: 'உங்கள் அளவு முடிந்துவிட்டது. “Retry-After” சொல்லும் நொடிகள் பொறுத்து மீண்டும் அனுப்புங்கள்.',
  },
  'internal-error': {
    when: 'Something happened that the service did not foresee. It has been logged.',
    todo: 'Try once more, with the same Idempotency-Key if you sent one. If it happens again, report the request id.',
    tamil: 'சேவையில் எதிர்பாராத பிழை. மீண்டும் முயலுங்கள்; தொடர்ந்தால் request_id-ஐத் தெரிவியுங்கள்.',
  },
  'provider-config-missing': {
    when: 'The language model cannot be used: its key, account, region or name is wrong. Your text is not at fault.',
    todo: 'Tell the operator. Sending the request again helps only after that was mended; the same Idempotency-Key may be used then.',
    tamil: 'மொழி மாதிரி சரியாக அமைக்கப்படவில்லை. சேவையை நடத்துபவரிடம் தெரிவியுங்கள்.',
  },
  'provider-request-rejected': {
    when: 'The language model refused this text, for its content.',
    todo: 'Change the text. Sending the same text again cannot help.',
    tamil: 'மொழி மாதிரி இந்த உரையை ஏற்க மறுத்தது. உரையை மாற்றி அனுப்புங்கள்.',
  },
  'provider-error': {
    when: 'The language model answered, and nothing usable came of it within what one operation may cost.',
    todo: 'Send the text again with a new Idempotency-Key, perhaps in smaller pieces.',
    tamil: 'மொழி மாதிரியின் பதில் பயன்படவில்லை. புதிய திறவுகோலுடன் மீண்டும் அனுப்புங்கள்.',
  },
  'identity-unavailable': {
    when: 'The keys of the identity provider cannot be fetched, and none are known. Your token may be good.',
    todo: 'Wait for as many seconds as “Retry-After” says, then send the request again. There is no need to log in again.',
    tamil: 'அடையாளச் சேவையை அடைய முடியவில்லை. சற்றுப் பொறுத்து மீண்டும் அனுப்புங்கள்.',
  },
  overloaded: {
    when: 'The service has as much to do as it can. Nothing of the request was recorded.',
    todo: 'Wait for as many seconds as “Retry-After” says, then send the request again.',
    tamil: 'சேவைக்கு இப்போது வேலை மிகுதி. சற்றுப் பொறுத்து மீண்டும் அனுப்புங்கள்.',
  },
  'shutting-down': {
    when: 'The instance that got the request is ending. Nothing of the request was recorded.',
    todo: 'Send the request again at once: another instance answers it.',
    tamil: 'சேவை மறுதொடக்கம் ஆகிறது. உடனே மீண்டும் அனுப்புங்கள்.',
  },
  'store-unavailable': {
    when: 'The database did not answer. It is not sure that anything was recorded.',
    todo: 'Wait for as many seconds as “Retry-After” says, then send the request again with the same Idempotency-Key: it makes no second operation.',
    tamil: 'தரவுத்தளத்தை அடைய முடியவில்லை. சற்றுப் பொறுத்து அதே திறவுகோலுடன் மீண்டும் அனுப்புங்கள்.',
  },
};

/** Codes that only a failed operation has, as `error.code`. */
export const FAILURE_GUIDE: Readonly<Record<string, Guidance>> = {
  'deadline-exceeded': {
    when: 'The operation was not finished within the time that one may take.',
    todo: 'Send the text again with a new Idempotency-Key.',
    tamil: 'குறித்த நேரத்துக்குள் வேலை முடியவில்லை. புதிய திறவுகோலுடன் மீண்டும் அனுப்புங்கள்.',
  },
  'attempts-exhausted': {
    when: 'Every attempt at the operation ended without an answer, as by a crash of the worker.',
    todo: 'Send the text again with a new Idempotency-Key. If it happens again, report the operation’s id.',
    tamil: 'எல்லா முயற்சிகளும் தோல்வியடைந்தன. புதிய திறவுகோலுடன் மீண்டும் அனுப்புங்கள்.',
  },
  'provider-unavailable': {
    when: 'The language model could not be reached, or refused for lack of quota, in every attempt.',
    todo: 'Send the text again later, with a new Idempotency-Key.',
    tamil: 'மொழி மாதிரியை அடைய முடியவில்லை. பிறகு புதிய திறவுகோலுடன் மீண்டும் அனுப்புங்கள்.',
  },
  'provider-timeout': {
    when: 'The language model took longer than an attempt may, in every attempt.',
    todo: 'Send a shorter text, or the same one later, with a new Idempotency-Key.',
    tamil: 'மொழி மாதிரி பதிலளிக்க அதிக நேரம் எடுத்தது. சிறிய உரையாகவோ பிறகோ அனுப்புங்கள்.',
  },
  'result-too-large': {
    when: 'The result is too large to be stored.',
    todo: 'Send the text in smaller pieces.',
    tamil: 'முடிவு மிகப் பெரியது. உரையைப் பிரித்து அனுப்புங்கள்.',
  },
};
