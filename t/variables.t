# Every variable, for a valid session, a rejected one, none at all, and where the module is off.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use JSON::PP qw(decode_json);

new_key('v1');
my @names = qw(status realm user id tenant version key source expires age);
my $all = join '|', map {"\$session_$_"} @names;
my $nginx = Nginx->new(
    realm => 'key v1 file=v1.key; cookie access_token;',
    server => "add_header X-All '$all' always; add_header X-Claims \$session_claims always;
        add_header X-Store '[\$session_cache \$session_store_time]' always;
        add_header X-Alg \$session_header_alg always;",
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /off { proxy_pass http://backend; }
        location /rewrite { auth_session app; set $early $session_user; set $why $session_status;
            add_header X-Early "[$early $why]" always; proxy_pass http://backend; }',
);

sub all_of {
    my ($response) = @_;
    my %value;
    @value{@names} = split /\|/, $response->header('X-All'), -1;
    return \%value;
}
sub is_all {
    my ($response, $name, %expected) = @_;
    my %value = %{all_of($response)};
    is_deeply \%value, {(map { $_ => '' } @names), %expected}, $name or diag explain \%value;
}

my ($issued, $expires) = (time - 100, time + 500);
my $claims = {sub => 'alice', jti => 'j', sid => 's', tenant => 't', version => 'v7', iat => $issued, exp => $expires,
    role => 'admin'};
my $response = $nginx->get('/', cookie(mint($claims, kid => 'v1')));
my $age = all_of($response)->{age};
is_all $response, 'a valid session', status => 'valid', realm => 'app', user => 'alice', id => 's', tenant => 't',
    version => 'v7', key => 'v1', source => 'cookie:access_token', expires => $expires, age => $age;
cmp_ok abs($age - 100), '<=', 2, 'the age is now minus iat';
is_deeply decode_json($response->header('X-Claims')), $claims, 'the claims as JSON';
is $response->header('X-Alg'), 'HS256', 'a member of the header';
like $response->header('X-Store'), qr/ -\]$/, 'no store was asked';
is $response->body, 'alice', 'the upstream gets what proxy_set_header says';

my $little = mint({sub => 'bob', exp => $expires, iat => undef}, kid => 'v1');
$response = $nginx->get('/', bearer($little));
is_all $response, 'a session that says little', status => 'valid', realm => 'app', user => 'bob', key => 'v1',
    source => 'bearer', expires => $expires, id => token_hash($little), age => all_of($response)->{age};

is_all $nginx->get('/', cookie(mint({%$claims, exp => 1}))), 'an expired one', status => 'expired', realm => 'app',
    key => 'v1', source => 'cookie:access_token';
is_all $nginx->get('/', cookie(tamper(mint($claims)))), 'a false one', status => 'signature', realm => 'app',
    source => 'cookie:access_token';
is_all $nginx->get('/', bearer('nonsense')), 'nonsense', status => 'malformed', realm => 'app', source => 'bearer';
is_all $nginx->get('/'), 'none', status => 'missing', realm => 'app';
for my $token (mint({%$claims, exp => 1}), tamper(mint($claims)), 'x') {
    my $bad = $nginx->get('/', cookie($token));
    is $bad->header('X-Claims') // '', '', 'no claims of a rejected token';
    is $bad->header('X-Alg') // '', '', 'nor of its header';
}
is $nginx->get('/')->header('X-Store'), '[ -]', 'nothing to ask without a token';

my $off = $nginx->get('/off', cookie(mint($claims)));
is $off->status, 200, 'off';
is all_of($off)->{$_}, '', "off: $_ is empty" for qw(user id tenant key expires age);

is $nginx->get('/rewrite', cookie(mint($claims)))->header('X-Early'), '[alice valid]', 'read before the access phase';
is $nginx->get('/rewrite', cookie(mint({%$claims, exp => 1})))->header('X-Early'), '[ expired]', 'also a refusal';
is $nginx->get('/rewrite')->header('X-Early'), '[ missing]', 'and none';

like $nginx->access_log, qr{^GET / 200 valid alice$}m, 'in the log phase';
like $nginx->access_log, qr{^GET / 401 expired -?$}m, 'a rejected one in the log phase';

done;
