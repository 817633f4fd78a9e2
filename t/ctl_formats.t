# session-ctl verify and inspect of what other frameworks put into cookies: the encrypted sessions of NextAuth and Auth.js,
# and the signed ids of Express and Remix, as the running nginx judges them before it asks its store.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Ctl;
use NextCookies;
use OpaqueIds;

new_key($_) for qw(v1 v2 other);
new_key('rsa', 'rsa');
my $redis = RedisServer->new;
my @keys = (qw(--key v2=v2.key), '--key', 'v1=v1.key,until=2020-01-01T00:00:00Z');
my $keys = 'key v2 file=v2.key; key v1 file=v1.key until=2020-01-01T00:00:00Z;';
my %form = (
    nextauth => ['format=nextauth', qw(--format nextauth)],
    authjs => ['format=authjs', qw(--format authjs)],
    express => ['format=opaque signed=express', qw(--format opaque --signed express)],
    remix => ['format=opaque signed=remix', qw(--format opaque --signed remix)],
);
my $nginx = Nginx->new(
    realms => {map { $_ => "$keys token header=X-Token $form{$_}[0]; @{[ $redis->directives ]}" } keys %form},
    http => 'large_client_header_buffers 4 64k;',
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %form),
);
my %foreign = (authjs => 'key');    # whose tokens name their key
my ($claims, $old) = ({claims => {role => 'admin', sub => '42'}, key => 'v2'}, {key => 'v1'});
my %value = (
    nextauth => [map { whole($_) } nextauth($claims, $old, {key => 'other'}, {key => 'v2', max_age => -60})],
    authjs => [map { whole($_) } authjs($claims, $old, {key => 'other'}, {key => 'v2', max_age => -60})],
    express => [map { signed_express(put_session($redis, new_id(), {}), $_) } qw(v2 v1 other)],
    remix => [map { signed_remix(put_session($redis, new_id(), {}), $_) } qw(v2 v1 other)],
);
for my $form (sort keys %form) {
    my (undef, @options) = @{$form{$form}};
    my @values = (@{$value{$form}}, mint({}, key => 'v2'), 'x');
    my @said = map { $nginx->get("/$form", "X-Token: $_")->reason } @values;
    is_deeply [@said[0 .. 2]], ['valid', 'key', $foreign{$form} // 'signature'], "$form: nginx";
    my $result = ctl('verify', @keys, @options, '--stdin', {input => join '', map {"$_\n"} @values});
    is_deeply [$result->lines], \@said, "$form: verify says the same";
    is $result->status, 1, "$form: not all are valid";
    my $verdict = ctl('verify', @keys, @options, '--json', '--stdin', {input => "$values[0]\n"});
    is $verdict->json->{key}, 'v2', "$form: and which key it was";
    unlike $verdict->output, qr/\Q$values[0]\E/, "$form: no value is printed";
}

# What is in an encrypted one.
for my $form (qw(nextauth authjs)) {
    my @options = ('--format', $form, '--stdin');
    my $inside = ctl('inspect', @keys, @options, '--json', {input => "$value{$form}[0]\n"})->json;
    is $inside->{claims}{role}, 'admin', "$form: inspect opens it";
    is $inside->{header}{alg}, 'dir', "$form: with its header";
    is $inside->{reason}, 'valid', "$form: and what verify says";
    like ctl('inspect', @keys, @options, {input => "$value{$form}[0]\n"})->output, qr/^claims   .*"role":"admin".*^verdict  valid\n/ms,
        "$form: as text";
    my $closed = ctl('inspect', @keys, @options, {input => "$value{$form}[2]\n"});
    is $closed->status . $closed->output, '1' . ($foreign{$form} // 'signature') . "\n", "$form: of one that no key opens nothing is known";
}

# Auth.js has a key for each name of a cookie.
my ($named) = map { whole($_) } authjs({key => 'v2', secure => 1});
my $verify = sub { ctl('verify', @keys, qw(--format authjs), @_, '--stdin', {input => "$named\n"})->output };
is $verify->(), "valid\n", "one of the library's names";
is $verify->(qw(--cookie __Secure-authjs.session-token)), "valid\n", 'that name';
is $verify->(qw(--cookie authjs.session-token)), "key\n", 'the other name';

# Wrong usage.
for my $case (
    ['--format is one of jwt, nextauth, authjs, opaque', 'verify', @keys, qw(--format jwe x)],
    ['--signed is one of remix, express', 'verify', @keys, qw(--format opaque --signed rails x)],
    ['only the store knows', 'verify', @keys, qw(--format opaque x)],
    ['--signed is for --format opaque', 'verify', @keys, qw(--signed express x)],
    ['--cookie is for --format authjs', 'verify', @keys, qw(--cookie a x)],
    ['an HMAC key is missing', 'verify', qw(--key rsa=rsa.pub --format nextauth x)],
    ['an HMAC key is missing', 'inspect', qw(--format nextauth x)],
    ['says nothing by itself', 'inspect', @keys, qw(--format opaque --signed express x)],
) {
    my ($message, @words) = @$case;
    my $result = ctl(@words);
    is $result->status, 2, $message;
    like $result->errors, qr/\Q$message\E/, 'says so';
}

done;
