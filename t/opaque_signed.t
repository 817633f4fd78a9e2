# Signed ids, with the packages that sign them in production: read as they write, written as they read.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;
use Npm;
use OpaqueIds;

my @keys = qw(v1 v2 v3 old);
new_key($_) for @keys;
new_key('rsa', 'rsa');
my $folder = Npm::modules('cookie-signature@1.2.2', '@remix-run/node@2.17.2');
my %secret = map { $_ => read_file(folder() . "/$_.key") } @keys;
sub with_secrets { +{%{$_[0]}, secrets => [map { $secret{$_} } @{$_[0]{secrets}}]} }
sub real { @{Npm::run($folder, 'cookies.mjs', [map { with_secrets($_) } @_])} }

my $redis = RedisServer->new;
my $store = "revocation strict; @{[ $redis->directives ]}";
my $keys = 'key v2 file=v2.key; key v1 file=v1.key alg=HS512;';
my %realms = (
    (map { $_ => "$keys cookie sid; token cookie=sid format=opaque signed=$_; $store" } qw(express remix)),
    mixed => "key rsa file=rsa.key; $keys key old file=old.key until=2020-01-01T00:00:00Z;
        cookie sid; token cookie=sid format=opaque signed=express; $store resign off;",
    foreign => "$keys token cookie=sid format=opaque signed=express; $store",
);
my $nginx = Nginx->new(
    realms => \%realms,
    backend => login_backend(),
    server => 'add_header X-Key "$session_key" always;',
    locations => join('', map {"
        location /$_ { auth_session $_; proxy_pass http://backend/echo; }"} keys %realms) . join('', map {"
        location /$_/login { session_issue $_; proxy_pass http://backend; }"} qw(express remix mixed)) . '
        location = /health { session_health express; }
        location = /status { session_status; }',
    echo => '$session_user $session_id',
);
my $id = new_id();
put_session($redis, $id, {sid => 's1'});
sub in { my ($realm, $value) = @_; $nginx->get("/$realm", cookie($value, 'sid')) }

# As they write.
my @jobs = map { my $by = $_; map { {by => $by, id => $id, secrets => $_} } ['v2'], ['v1'], ['v3'], ['v2', 'v1'] }
    qw(express remix);
my @values = real(@jobs);
for my $i (0 .. $#jobs) {
    my ($by, $key) = ($jobs[$i]{by}, $jobs[$i]{secrets}[0]);
    my $response = in($by, $values[$i]);
    if ($key eq 'v3') {
        is $response->answer, '401 signature', "$by: another secret";
        is_deeply set_cookies($response), {}, 'the cookie stays';
        next;
    }
    is $response->answer, '200 valid', "$by: signed with $key";
    is $response->body, '42 s1', 'the session';
    is $response->header('X-Key'), $key, 'the key, whatever its algorithm';
    is set_cookies($response)->{sid}{value}, $key eq 'v2' ? undef : $values[$i - 1],
        $key eq 'v2' ? 'stays as it is' : 'is signed again with the current key, as the application would';
    is in($by eq 'express' ? 'remix' : 'express', $values[$i])->status, 401, 'not as the other';
}
like $nginx->log, qr/fallback key "v1" verified a token/, 'a fallback is told';
is in('foreign', $values[1])->header('Set-Cookie'), undef, 'a cookie that is not the realm\'s own is left alone';
is $nginx->get('/status')->json->{realms}{$_}{resigned}, 1, "counted: $_" for qw(express remix);

# Our own signatures, for the variants below, are theirs.
is signed_express($id, 'v2'), $values[0], 'express';
is signed_remix($id, 'v2'), $values[4], 'remix';
is_deeply [real(map { {by => 'remix', any => $_, secrets => ['v2']} } $id)], [$values[4]], 'a cookie with the id';

# As they read.
for my $by (qw(express remix)) {
    my $given = given(login($nginx, {path => "/$by/login"}), 'sid');
    my ($read) = real({by => $by, value => $given, secrets => ['v2']});
    like $read, qr/^[A-Za-z0-9_-]{22,}$/, "$by reads what was issued";
    isnt $redis->cli('HGET', id_key($read), 'sid'), '', 'the store has its session';
    is in($by, $given)->answer, '200 valid', 'which is good';
    is +(real({by => $by, value => $given, secrets => ['v1', 'v3']}))[0], undef, 'signed with the current key alone';
}

# The first key is no secret: the first HMAC key signs ids; one that has ended tells "key".
my $given = given(login($nginx, {path => '/mixed/login'}), 'sid');
isnt +(real({by => 'express', value => $given, secrets => ['v2']}))[0], undef, 'the first secret signs';
$nginx->forget_log;
is in('mixed', $given)->header('X-Key'), 'v2', 'and verifies';
unlike $nginx->log, qr/fallback/, 'as the current one';
is set_cookies(in('mixed', signed_express($id, 'v1')))->{sid}, undef, 'resign off';
is in('mixed', signed_express($id, 'old'))->answer, '401 key', 'a key that has ended';

# Hostile variants.
my ($plain) = real({by => 'express', id => $id, secrets => ['v2']});
my $raw = $plain =~ s/%([0-9A-F]{2})/chr hex $1/egr;
is in('express', $raw)->answer, '200 valid', 'without percent signs, as other clients send it';
my %bad = (
    'no mark' => ['401 malformed', $plain =~ s/^s%3A//r], 'no signature' => ['401 malformed', "s:$id"],
    'an empty one' => ['401 signature', "s:$id."], 'cut' => ['401 signature', substr $raw, 0, -1],
    'padded' => ['401 signature', "$raw="], 'another id' => ['401 signature', $raw =~ s/^s:./s:~/r],
    'a stray percent' => ['401 malformed', "$raw%"], 'unsigned' => ['401 malformed', $id],
    'a NUL' => ['401 signature', $plain . '%00'],
);
for my $name (sort keys %bad) {
    is in('express', $bad{$name}[1])->answer, $bad{$name}[0], "express: $name";
}
ok !$nginx->get('/health', cookie("s:$id.A", 'sid'))->json->{compatible}, 'compatible: not what no key verifies';
ok $nginx->get('/health', cookie($plain, 'sid'))->json->{compatible}, 'what one does';
my @others = ({user => 42}, ['a'], 'quote"in', "back\\slash", 42, "caf\xe9");
my @cookies = real(map { {by => 'remix', any => $_, secrets => ['v2']} } @others, '');
is in('remix', $cookies[$_])->answer, '401 malformed', 'remix: no id: ' . json($others[$_]) for 0 .. $#others;
is in('remix', 'bm90IGpzb24.' . OpaqueIds::signature('bm90IGpzb24', 'v2'))->answer, '401 malformed', 'no JSON';

done;
