# A zone without room refuses new logins and says so; sessions that are there go on, end, are refreshed and revoked, and
# no revocation is dropped.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key('v1');
my $nginx = Nginx->new(
    realm => 'key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token; zone 256k; absolute_timeout 1d;',
    workers => 2,
    backend => login_backend(),
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location = /login { session_issue app; proxy_pass http://backend; }
        location = /refresh { session_refresh app; }
        location = /logout { session_logout app; }',
);

sub try { $nginx->get('/login', "X-Login: user$_[0]") }
sub answer { $nginx->get('/', $_[0]{only_access})->answer }

my @users;
my $response;
while (@users < 2000) {
    $response = try(scalar @users);
    last if $response->status != 200;
    push @users, given($response);
}
note scalar(@users) . ' sessions in 256k';
cmp_ok scalar @users, '>', 50, 'many sessions';
is $response->status, 503, 'until it is full';
is_deeply $response->json, {title => 'Service Unavailable', status => 503, reason => 'store'}, 'the answer says so';
is_deeply cookies_of($response), {}, 'without a cookie';
like $nginx->log, qr/\[error\].*realm "app" the store says: OOM the zone is full, raise "zone"/, 'and so does the log';
like $nginx->log, qr/\[error\].*no session of user="user\d+"/, 'with the user';

is scalar(grep { answer($_) eq '200 valid' } @users), @users, 'all sessions go on';
my $count = scalar(@users);
for my $user (@users[0 .. 19]) {
    my $refreshed = $nginx->post('/refresh', $user->{cookie});
    is $refreshed->status, 200, 'a refresh' or last;
    %$user = %{given($refreshed)};
}
my @ended = splice @users, 0, 2 * @users / 3;
is scalar(grep { $nginx->post('/logout', $_->{cookie})->status == 200 } @ended), @ended, 'logouts';
is scalar(grep { answer($_) eq '401 revoked' } @ended), @ended, 'every one is revoked';
my $more = 0;
while ($more < 2000 && ($response = try("more$more"))->status == 200) { ++$more }
cmp_ok $more, '>', 5, 'they make room for others';
is $response->status, 503, 'until it is full again';
is scalar(grep { answer($_) eq '401 revoked' } @ended), @ended, 'revocations give way to nobody';
is scalar(grep { answer($_) eq '200 valid' } @users), @users, 'nor do sessions';

# More revocations than there is room for: those that cannot be kept are not claimed to be done.
my ($done, $failed) = (0, 0);
my @revoked;
for my $i (1 .. 4000) {
    my $bare = cookie(mint({sub => "other$i", jti => "jti-$i"}));
    $response = $nginx->post('/logout', $bare);
    if ($response->status == 200) { ++$done; push @revoked, $bare }
    else { $failed = $response; last }
}
note "$done further revocations";
cmp_ok $done, '>', 30, 'room is reserved for revocations';
is $failed && $failed->status, 503, 'when that is gone too';
is $failed && $failed->json->{success}, JSON::PP::false(), 'nothing is claimed';
is scalar(grep { $nginx->get('/', $_)->answer eq '401 revoked' } @revoked), @revoked, 'what was claimed is so';
is scalar(grep { answer($_) eq '401 revoked' } @ended), @ended, 'from first to last';

done;
