# The current key and the fallbacks all verify; which one is found by kid, by the version claim, or by trying each.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key($_) for qw(v3 v2 v1 stranger);
new_key('other', 'hmac', read_file(folder() . '/v1.key'));

my $nginx = Nginx->new(
    realm => '
        key v3 file=v3.key;
        key v2 file=v2.key;
        key v1 file=v1.key;
        cookie access_token;',
    echo => '[$session_user $session_key $session_version]',
);

sub body_for { $nginx->get('/', cookie(mint(@_)))->body }
sub answer_for { $nginx->get('/', cookie(mint(@_)))->answer }

is body_for({}, key => 'v3', kid => 'v3'), '[42 v3 ]', 'the current key, by kid';
is body_for({}, key => 'v1', kid => 'v1'), '[42 v1 ]', 'a fallback key, by kid';
is body_for({version => 'v2'}, key => 'v2'), '[42 v2 v2]', 'a fallback key, by the version claim';
is body_for({}, key => 'v3'), '[42 v3 ]', 'the current key, by trying';
is body_for({}, key => 'v1'), '[42 v1 ]', 'the last fallback key, by trying';
is body_for({version => 'v3'}, key => 'v1'), '[42 v1 v3]', 'the version claim is a hint and no more';
is body_for({version => 'v9'}, key => 'v2'), '[42 v2 v9]', 'an unknown version is no reason to refuse';
is body_for({version => 2}, key => 'v2'), '[42 v2 2]', 'nor is one that is a number';

is answer_for({}, key => 'v1', kid => 'v2'), '401 signature', 'kid is no hint: only its key is tried';
is answer_for({}, key => 'v1', kid => 'v9'), '401 key', 'a kid that no key has';
is answer_for({}, key => 'v1', kid => 'V1'), '401 key', 'a kid in another letter case';
is answer_for({}, key => 'stranger'), '401 signature', 'a key that is not in the realm';
is answer_for({version => 'v1'}, key => 'stranger'), '401 signature', 'not by its version either';

for my $case ([{}, key => 'stranger'], [{}, key => 'stranger', kid => 'v9'], [{}, key => 'stranger', kid => 'v1']) {
    my $response = $nginx->get('/', cookie(mint(@$case)));
    is $response->header('Set-Cookie'), undef, 'another node may accept it: the cookie stays, ' . $response->reason;
}

$nginx->forget_log;
body_for({}, key => 'v3');
is scalar($nginx->log_lines(qr/fallback key/)), 0, 'the current key is not worth a line';
body_for({}, key => 'v1');
is scalar($nginx->log_lines(qr/\[info\].*session: realm "app" fallback key "v1" verified a token/)), 1,
    'the log tells of a fallback key';

# A token that is known, and not signed again, counts each time.
my $keeping = Nginx->new(
    realm => 'key v3 file=v3.key; key v2 file=v2.key; cookie access_token; resign off;',
    locations => 'location / { auth_session app; proxy_pass http://backend; } location = /status { session_status; }',
    echo => '$session_user $session_key $session_status',
);
my $token = mint({}, key => 'v2');
is $keeping->get('/', cookie($token))->body, '42 v2 valid', 'known' for 1 .. 4;
is scalar($keeping->log_lines(qr/fallback key "v2" verified a token/)), 4, 'the log tells of each';
like $keeping->get('/status')->body, qr/"fallback": ?4\b/, 'the status too';

done;
