# `auth_session_require`: after the session is valid, a value that is empty, 0 or false fails.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use JSON::PP ();

new_key('v1');
my $nginx = Nginx->new(
    realm => 'key v1 file=v1.key; cookie access_token; login /login;',
    http => '
        auth_session_claim_set $roles realm_access roles;
        map $roles $is_admin { default 0; ~(^|,)admin(,|$) 1; }
        map $session_claim_email $is_ours { default ""; ~@example\.com$ yes; }',
    locations => '
        location /claim { auth_session app; auth_session_require $session_claim_admin; proxy_pass http://backend;
            location /claim/inner { proxy_pass http://backend; }
            location /claim/other { auth_session_require $session_claim_editor; proxy_pass http://backend; } }
        location /map { auth_session app; auth_session_require $is_admin; proxy_pass http://backend; }
        location /both { auth_session app; auth_session_require $is_admin $is_ours; proxy_pass http://backend; }
        location /hidden { auth_session app; auth_session_require $is_admin error=401; proxy_pass http://backend; }
        location /explicit { auth_session app; auth_session_require $is_admin error=403; proxy_pass http://backend; }
        location /method { auth_session app; auth_session_require $arg_any; proxy_pass http://backend; }
        location /off { auth_session_require $session_claim_admin; proxy_pass http://backend; }',
);
my ($true, $false) = (JSON::PP::true, JSON::PP::false);
sub answer_for { my ($path, $claims) = @_; $nginx->get($path, cookie(mint($claims)))->answer }

my @values = ([$true, 1], [$false, 0], ['true', 1], ['false', 0], ['', 0], ['0', 0], [0, 0], [1, 1], ['no', 1],
    ['00', 1], ['0.0', 1], ['False', 1], [' ', 1], [[], 0], [['x'], 1], [{}, 1], [undef, 0]);
is answer_for('/claim', {admin => $_->[0]}), $_->[1] ? '200 valid' : '403 forbidden', 'the value ' . json($_->[0])
    for @values;

is answer_for('/claim/inner', {}), '403 forbidden', 'inherited';
is answer_for('/claim/inner', {admin => $true}), '200 valid', 'inherited, and met';
is answer_for('/claim/other', {admin => $true}), '403 forbidden', 'a list of its own replaces it';
is answer_for('/claim/other', {editor => $true}), '200 valid', 'and is met alone';
is answer_for('/map', {realm_access => {roles => ['editor', 'admin']}}), '200 valid', 'a map of a nested claim';
is answer_for('/map', {realm_access => {roles => ['editor', 'badmin']}}), '403 forbidden', 'that does not hold';
my %admin = (realm_access => {roles => ['admin']});
is answer_for('/both', {%admin, email => 'a@example.com'}), '200 valid', 'both hold';
is answer_for('/both', {%admin, email => 'a@example.org'}), '403 forbidden', 'the second fails';
is answer_for('/both', {email => 'a@example.com'}), '403 forbidden', 'the first fails';
is answer_for('/explicit', {}), '403 forbidden', 'error=403';
is answer_for('/hidden', {}), '401 forbidden', 'error=401';
is answer_for('/hidden', \%admin), '200 valid', 'error=401, and met';

is answer_for('/claim', {admin => $true, exp => 1}), '401 expired', 'only a valid session is asked';
is $nginx->get('/method?any=1')->answer, '401 missing', 'nor does a requirement that is met let anybody in';
is $nginx->get('/off')->status, 200, 'without auth_session there is nothing to require';

my $response = $nginx->get('/claim', cookie(mint({})));
is $response->json->{reason}, 'forbidden', 'the reason in the body';
is $response->header('Set-Cookie'), undef, 'the cookie stays';
is $nginx->navigate('/claim', cookie(mint({})))->status, 403, 'a browser is not sent to log in again';
like $nginx->log, qr/\[notice\].*session: realm "app" rejected: reason=forbidden user="42"/, 'and in the log';

done;
